#include "cli/doctor/check.h"

#include "absl/strings/str_cat.h"

namespace holdfast::cli::doctor {

absl::string_view SeverityName(Severity severity) {
  switch (severity) {
    case Severity::kOk:
      return "ok";
    case Severity::kNote:
      return "note";
    case Severity::kWarning:
      return "warning";
    case Severity::kError:
      return "error";
  }
  return "";
}

const std::vector<Check>& AllChecks() {
  static const auto& checks = *new std::vector<Check>{
      {"kernel", "version and features of the kernel", CheckKernel},
      {"capabilities", "what this process may do", CheckCapabilities},
      {"tools", "programs that the daemons start", CheckTools},
      {"file-systems", "file systems that the kernel has", CheckFileSystems},
      {"loop-driver", "whether loop devices can be made", CheckLoopDriver},
      {"propagation", "whether pods see what is mounted", CheckPropagation},
      {"daemons", "whether the daemons answer and are ready", CheckDaemons},
      {"sockets", "sockets that nobody listens on", CheckSockets},
      {"pools", "pools that do not answer", CheckPools},
      {"pool-space", "pools near full, and large trash", CheckPoolSpace},
      {"mounts", "mounts of volumes that are gone", CheckMounts},
      {"staging", "staged volumes that no pod uses", CheckStaging},
      {"kubelet-loops", "loop devices that a kubelet left on ours",
       CheckKubeletLoops},
      {"loop-deleted", "loop devices on deleted files", CheckDeletedLoops},
      {"loop-unknown", "loop devices of volumes that no pool knows",
       CheckUnknownLoops},
      {"loop-writers", "two writing loop devices on one file", CheckWriters},
      {"loop-direct-io", "loop devices that go through the page cache",
       CheckDirectIo}};
  return checks;
}

Finding CannotLook(absl::string_view what, const absl::Status& why) {
  return {.severity = Severity::kWarning,
          .what = absl::StrCat("cannot look at ", what, ": ", why.message()),
          .why = "what is wrong there stays unseen",
          .advice = "run holdfast doctor as root, on the machine itself"};
}

}  // namespace holdfast::cli::doctor
