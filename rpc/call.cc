#include "rpc/call.h"

#include <glog/logging.h>
#include <prometheus/gauge.h>

#include <chrono>
#include <exception>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/log.h"
#include "base/status.h"
#include "rpc/grpc_status.h"
#include "rpc/redact.h"

namespace holdfast::rpc {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// The longest an id or a name may be in CSI; a longer one is refused anyway.
constexpr size_t kLongestName = 128;

enum class Kind { kChanging, kReading, kProbe };

Kind KindOf(absl::string_view method) {
  if (method == "Probe") return Kind::kProbe;
  absl::ConsumePrefix(&method, "Admin");
  absl::ConsumePrefix(&method, "Group");
  absl::ConsumePrefix(&method, "Controller");
  absl::ConsumePrefix(&method, "Node");
  for (const char* reading : {"Get", "List", "Validate"}) {
    if (absl::StartsWith(method, reading)) return Kind::kReading;
  }
  return Kind::kChanging;
}

// How loud a failure is: ERROR when it failed on us, WARNING when the
// installation is short of something, INFO when the caller asked for what
// cannot be or will come back by itself.
google::LogSeverity SeverityOf(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kDataLoss:
    case absl::StatusCode::kUnknown:
      return google::GLOG_ERROR;
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kUnavailable:
      return google::GLOG_WARNING;
    case absl::StatusCode::kOk:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kOutOfRange:
    case absl::StatusCode::kUnimplemented:
      return google::GLOG_INFO;
    case absl::StatusCode::
        kDoNotUseReservedForFutureExpansionUseDefaultInSwitchInstead_:
      break;
  }
  return google::GLOG_ERROR;
}

// Adds what the call is about: the ids and names among the request's fields.
void AddSubject(const Message& request, LogLine& line) {
  const auto* reflection = request.GetReflection();
  for (const char* name :
       {"volume_id", "snapshot_id", "name", "source_volume_id",
        "group_snapshot_id", "node_id", "key", "pool"}) {
    const auto* field = request.GetDescriptor()->FindFieldByName(name);
    if (field == nullptr || field->is_repeated() ||
        field->cpp_type() != FieldDescriptor::CPPTYPE_STRING) {
      continue;
    }
    const std::string value = reflection->GetString(request, field);
    if (value.empty()) continue;
    line.Add(name, absl::string_view(value).substr(0, kLongestName));
  }
}

void LogStart(const char* method, const Message& request) {
  if (!VLOG_IS_ON(2)) return;
  LogLine line("call_started");
  line.Add("op", method).Add("request", Redact(request));
  VLOG(2) << line;
}

void LogFinish(const Operation& operation, const Message& request,
               const absl::Status& status) {
  const Kind kind = KindOf(operation.name());
  if (status.ok() && kind == Kind::kReading && !VLOG_IS_ON(1)) return;
  if (status.ok() && kind == Kind::kProbe && !VLOG_IS_ON(3)) return;
  LogLine line("call");
  line.Add("op", operation.name());
  AddSubject(request, line);
  line.Add("code", absl::StatusCodeToString(status.code()));
  line.AddTime(absl::Now() - operation.started());
  if (!status.ok()) {
    line.Add("step", operation.step()).Add("error", status.message());
  }
  google::LogMessage(__FILE__, __LINE__, SeverityOf(status.code())).stream()
      << line;
}

absl::Time DeadlineOf(const grpc::ServerContext& context) {
  const auto deadline = context.deadline();
  if (deadline == std::chrono::system_clock::time_point::max()) {
    return absl::InfiniteFuture();
  }
  return absl::FromChrono(deadline);
}

absl::Status ExceptionError(const Operation& operation,
                            absl::string_view what) {
  return absl::InternalError(
      absl::StrCat("An exception (", what, ") ended ", operation.name(),
                   " in step ", operation.step(), "; repeat the call"));
}

// No exception of ours exists, but allocation and Protobuf have theirs, and
// one that left a handler would end the process and all other calls with it.
absl::Status RunGuarded(Operation& operation,
                        absl::FunctionRef<absl::Status(Operation&)> body) {
  try {
    return body(operation);
  } catch (const std::exception& error) {
    return ExceptionError(operation, error.what());
  } catch (...) {
    return ExceptionError(operation, "of unknown type");
  }
}

class InFlight {
 public:
  explicit InFlight(prometheus::Gauge& gauge) : gauge_(gauge) {
    gauge_.Increment();
  }
  InFlight(const InFlight&) = delete;
  InFlight& operator=(const InFlight&) = delete;
  ~InFlight() { gauge_.Decrement(); }

 private:
  prometheus::Gauge& gauge_;
};

// `status` without any secret of the request in its words.
absl::Status Scrubbed(const absl::Status& status, const Message& request) {
  if (status.ok()) return status;
  return absl::Status(status.code(), Scrub(status.message(), request));
}

// Tells the client's gRPC library that this UNAVAILABLE was said by a handler,
// so that it goes up to whoever called; unlike that of a lost connection,
// which channel.cc has repeated (gRFC A6, "Pushback").
void ForbidRetry(grpc::ServerContext& context) {
  context.AddTrailingMetadata("grpc-retry-pushback-ms", "-1");
}

}  // namespace

grpc::Status Calls::Run(const char* method, grpc::ServerContext& context,
                        const Message& request,
                        absl::FunctionRef<absl::Status(Operation&)> body) {
  Operation operation(method, DeadlineOf(context),
                      [&context] { return context.IsCancelled(); });
  const InFlight in_flight(metrics_.in_flight().Add({{"method", method}}));
  LogStart(method, request);
  const absl::Status status = Scrubbed(RunGuarded(operation, body), request);
  LogFinish(operation, request, status);
  metrics_.operations().Observe(
      {{"method", method}, {"code", absl::StatusCodeToString(status.code())}},
      absl::Now() - operation.started());
  if (absl::IsUnavailable(status)) ForbidRetry(context);
  return ToGrpc(status);
}

}  // namespace holdfast::rpc
