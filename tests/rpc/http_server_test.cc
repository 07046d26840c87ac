#include "rpc/http_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "tests/rpc/linux_sockets.h"

namespace holdfast::rpc {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// What a server stands on.
struct Site {
  Site() {
    auto started = HttpServer::Start({.host = "127.0.0.1"}, metrics,
                                     [this] { return Readiness(); });
    if (!started.ok()) throw std::runtime_error(started.status().ToString());
    server = *std::move(started);
  }

  absl::Status Readiness() {
    absl::MutexLock lock(&mutex);
    return readiness;
  }

  Metrics metrics;
  absl::Mutex mutex;
  absl::Status readiness ABSL_GUARDED_BY(mutex);
  std::unique_ptr<HttpServer> server;
};

// One server for all, since stopping it takes seconds.
class HttpServerTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { site_ = new Site; }
  static void TearDownTestSuite() {
    delete site_;
    site_ = nullptr;
  }
  ~HttpServerTest() override { set_readiness(absl::OkStatus()); }

  std::string Get(const std::string& path) { return Ask("GET", path); }
  std::string Ask(const std::string& method, const std::string& path) {
    return HttpExchange(port(), absl::StrCat(method, " ", path,
                                             " HTTP/1.1\r\nHost: localhost\r\n"
                                             "Content-Length: 0\r\n\r\n"));
  }
  int port() { return site_->server->port(); }
  void set_readiness(absl::Status status) {
    absl::MutexLock lock(&site_->mutex);
    site_->readiness = std::move(status);
  }

  static Site* site_;
};

Site* HttpServerTest::site_ = nullptr;

TEST_F(HttpServerTest, PortIsTheOneTheKernelChose) { EXPECT_GT(port(), 0); }

TEST_F(HttpServerTest, MetricsAreExposed) {
  site_->metrics.operations().Observe({{"method", "Probe"}, {"code", "OK"}},
                                      absl::Milliseconds(1));
  const std::string answer = Get("/metrics");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr("Content-Type: text/plain; version=0.0.4"));
  EXPECT_THAT(answer, HasSubstr("csi_plugin_operations_seconds_count{code="
                                "\"OK\",method=\"Probe\"} 1\n"));
}

TEST_F(HttpServerTest, HealthIsOkWhileTheProcessAnswers) {
  set_readiness(absl::InternalError("not ready at all"));
  EXPECT_THAT(Get("/healthz"), StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(Get("/healthz"), EndsWith("\r\n\r\nok\n"));
}

TEST_F(HttpServerTest, ReadinessIsAskedEachTime) {
  EXPECT_THAT(Get("/readyz"), StartsWith("HTTP/1.1 200 OK\r\n"));
  set_readiness(
      absl::UnavailableError("the pool is locked by pid 7\nno agent yet"));
  const std::string answer = Get("/readyz");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(answer,
              EndsWith("\r\n\r\nthe pool is locked by pid 7\nno agent yet\n"));
  set_readiness(absl::OkStatus());
  EXPECT_THAT(Get("/readyz"), EndsWith("\r\n\r\nok\n"));
}

TEST_F(HttpServerTest, NothingElseIsServed) {
  for (const char* path :
       {"/", "/etc/passwd", "/../../etc/passwd", "/metrics/x", "/metricsx",
        "/healthz/", "/rpc/call.h"}) {
    EXPECT_THAT(Get(path), Not(StartsWith("HTTP/1.1 200"))) << path;
    EXPECT_THAT(Get(path), Not(HasSubstr("root:"))) << path;
  }
  EXPECT_THAT(Get("/metrics?name[]=x"), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST_F(HttpServerTest, NothingCanBeChanged) {
  for (const char* method : {"POST", "PUT", "DELETE"}) {
    EXPECT_THAT(Ask(method, "/metrics"), Not(StartsWith("HTTP/1.1 200")))
        << method;
  }
}

TEST_F(HttpServerTest, HeadHasNoBody) {
  const std::string answer = Ask("HEAD", "/healthz");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, EndsWith("\r\n\r\n"));
}

TEST_F(HttpServerTest, AddressInUseIsNamed) {
  const auto second =
      HttpServer::Start({.host = "127.0.0.1", .port = port()}, site_->metrics,
                        [] { return absl::OkStatus(); });
  EXPECT_EQ(second.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(second.status().message(),
              HasSubstr(absl::StrCat("127.0.0.1:", port())));
}

TEST(HttpServerStopTest, StoppedServerDoesNotAnswer) {
  Site site;
  const int port = site.server->port();
  site.server.reset();
  EXPECT_EQ(HttpExchange(port, "GET /healthz HTTP/1.0\r\n\r\n"), "");
}

TEST(HttpServerAllAddressesTest, EmptyHostListensOnAllIpv4Addresses) {
  Metrics metrics;
  const auto server =
      HttpServer::Start({}, metrics, [] { return absl::OkStatus(); });
  ASSERT_TRUE(server.ok()) << server.status();
  EXPECT_THAT(HttpExchange((*server)->port(), "GET /healthz HTTP/1.0\r\n\r\n"),
              HasSubstr("ok\n"));
}

}  // namespace
}  // namespace holdfast::rpc
