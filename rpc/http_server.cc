#include "rpc/http_server.h"

#include <CivetServer.h>
#include <glog/logging.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/log.h"

namespace holdfast::rpc {
namespace {

// Enough that a scrape does not keep a probe waiting.
constexpr char kThreads[] = "3";
// A client that sends nothing gives its thread back after this.
constexpr char kRequestTimeoutMs[] = "5000";

struct Answer {
  int code = 200;
  const char* content_type = "text/plain; charset=utf-8";
  std::string body;
};

enum class Parts { kHead, kHeadAndBody };

void Send(mg_connection* connection, const Answer& answer, Parts parts) {
  const std::string head = absl::StrFormat(
      "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n"
      "Cache-Control: no-store\r\nConnection: close\r\n\r\n",
      answer.code, mg_get_response_code_text(connection, answer.code),
      answer.content_type, answer.body.size());
  mg_write(connection, head.data(), head.size());
  if (parts == Parts::kHead) return;
  mg_write(connection, answer.body.data(), answer.body.size());
}

// One path of the server.
class Page : public CivetHandler {
 public:
  explicit Page(std::function<Answer()> make) : make_(std::move(make)) {}

  bool handleGet(CivetServer*, mg_connection* connection) override {
    Reply(connection, Parts::kHeadAndBody);
    return true;
  }

  bool handleHead(CivetServer*, mg_connection* connection) override {
    Reply(connection, Parts::kHead);
    return true;
  }

  void set_path(std::string path) { path_ = std::move(path); }

 private:
  // Handlers also get what lies below their path; only the path is ours.
  void Reply(mg_connection* connection, Parts parts) const {
    const mg_request_info* request = mg_get_request_info(connection);
    const bool ours =
        request->local_uri != nullptr && path_ == request->local_uri;
    Send(connection, ours ? make_() : Missing(), parts);
  }

  static Answer Missing() {
    return {.code = 404,
            .body = "There is /metrics, /healthz and /readyz here.\n"};
  }

  const std::function<Answer()> make_;
  std::string path_;
};

Answer ReadyAnswer(const Readiness& readiness) {
  const absl::Status status = readiness();
  if (status.ok()) return {.body = "ok\n"};
  return {.code = 503, .body = absl::StrCat(status.message(), "\n")};
}

int LogCivetMessage(const mg_connection*, const char* message) {
  LOG(WARNING) << LogLine("http").Add("error", message);
  return 1;
}

std::vector<std::string> OptionsFor(const HostPort& address) {
  const std::string listen =
      address.host.empty() ? absl::StrCat(address.port)
                           : absl::StrCat(address.host, ":", address.port);
  return {"listening_ports",    listen,           "num_threads", kThreads,
          "request_timeout_ms", kRequestTimeoutMs};
}

}  // namespace

struct HttpServer::Site {
  Site(const HostPort& address, Metrics& metrics, Readiness readiness);

  Page metrics_page;
  Page health_page;
  Page ready_page;
  // Last, so that it is stopped before its pages go.
  std::unique_ptr<CivetServer> server;
};

HttpServer::Site::Site(const HostPort& address, Metrics& metrics,
                       Readiness readiness)
    : metrics_page([&metrics] {
        return Answer{.content_type = "text/plain; version=0.0.4",
                      .body = metrics.Expose()};
      }),
      health_page([] { return Answer{.body = "ok\n"}; }),
      ready_page([readiness = std::move(readiness)] {
        return ReadyAnswer(readiness);
      }) {
  CivetCallbacks callbacks;
  callbacks.log_message = LogCivetMessage;
  server = std::make_unique<CivetServer>(OptionsFor(address), &callbacks);
}

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(
    const HostPort& address, Metrics& metrics, Readiness readiness) {
  const std::string where = absl::StrCat(address.host, ":", address.port);
  try {
    auto site = std::make_unique<Site>(address, metrics, std::move(readiness));
    const auto add = [&](const char* path, Page& page) {
      page.set_path(path);
      site->server->addHandler(path, page);
    };
    add("/metrics", site->metrics_page);
    add("/healthz", site->health_page);
    add("/readyz", site->ready_page);
    return std::unique_ptr<HttpServer>(new HttpServer(std::move(site)));
  } catch (const CivetException& error) {
    return absl::FailedPreconditionError(absl::StrCat(
        "The HTTP address ", Quote(where), " could not be listened on (",
        error.what(), "); choose another or stop who uses it"));
  }
}

HttpServer::HttpServer(std::unique_ptr<Site> site) : site_(std::move(site)) {
  LOG(INFO) << LogLine("http_listening").Add("port", port());
}

HttpServer::~HttpServer() = default;

int HttpServer::port() const {
  const std::vector<int> ports = site_->server->getListeningPorts();
  return ports.empty() ? 0 : ports.front();
}

}  // namespace holdfast::rpc
