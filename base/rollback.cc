#include "base/rollback.h"

#include <glog/logging.h>

#include <iterator>

#include "base/log.h"

namespace holdfast {

Rollback::~Rollback() {
  for (auto step = steps_.rbegin(); step != steps_.rend(); ++step) {
    const absl::Status status = step->undo();
    if (!status.ok()) {
      LOG(ERROR) << LogLine("rollback_failed")
                        .Add("undo", step->what)
                        .Add("error", status.ToString());
    }
  }
}

}  // namespace holdfast
