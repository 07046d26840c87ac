// A directory of a test's own.

#ifndef HOLDFAST_TESTS_RPC_TEMP_DIR_H_
#define HOLDFAST_TESTS_RPC_TEMP_DIR_H_

#include <string>
#include <vector>

#include "rpc/endpoint.h"

namespace holdfast::rpc {

// Made under /tmp with a short name, since a socket's address has 107 bytes;
// removed with all that is in it.
class TempDir {
 public:
  TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir();

  std::string Path(const std::string& name) const { return path_ + "/" + name; }
  Endpoint Socket(const std::string& name = "csi.sock") const {
    return {.path = Path(name)};
  }
  // The names in it, sorted.
  std::vector<std::string> List() const;

 private:
  std::string path_;
};

}  // namespace holdfast::rpc

#endif  // HOLDFAST_TESTS_RPC_TEMP_DIR_H_
