#include "rpc/endpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace holdfast::rpc {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

std::string ErrorOf(const std::string& text) {
  const auto endpoint = ParseEndpoint(text);
  EXPECT_EQ(endpoint.status().code(), absl::StatusCode::kInvalidArgument)
      << text;
  return std::string(endpoint.status().message());
}

// A path of `size` bytes that ends in ".sock".
std::string PathOfSize(size_t size) {
  const std::string end = "/csi.sock";
  return "/" + std::string(size - end.size() - 1, 'd') + end;
}

TEST(EndpointTest, AbsoluteUnixSocketIsRead) {
  const auto endpoint = ParseEndpoint("unix:///run/holdfast/csi.sock");
  ASSERT_TRUE(endpoint.ok()) << endpoint.status();
  EXPECT_EQ(endpoint->path, "/run/holdfast/csi.sock");
  EXPECT_EQ(endpoint->ToString(), "unix:///run/holdfast/csi.sock");
}

TEST(EndpointTest, TheKubeletsPathsAreRead) {
  EXPECT_TRUE(
      ParseEndpoint("unix:///var/lib/kubelet/plugins/csi.holdfast.dev/csi.sock")
          .ok());
  EXPECT_TRUE(ParseEndpoint("unix:///var/lib/kubelet/plugins_registry/"
                            "csi.holdfast.dev-reg.sock")
                  .ok());
}

TEST(EndpointTest, MistakesAreNamedWithTheRightForm) {
  EXPECT_THAT(ErrorOf(""), HasSubstr("neither a unix socket"));
  EXPECT_THAT(ErrorOf("http://127.0.0.1:5"), HasSubstr("neither a unix"));
  EXPECT_THAT(ErrorOf("/run/csi.sock"), HasSubstr("unix:///run/"));
  EXPECT_THAT(ErrorOf("unix://run/csi.sock"), HasSubstr("no absolute path"));
  EXPECT_THAT(ErrorOf("unix://"), HasSubstr("no absolute path"));
  EXPECT_THAT(ErrorOf("unix:///run/a b.sock"), HasSubstr("characters"));
  EXPECT_THAT(ErrorOf("unix:///run/a%20b.sock"), HasSubstr("characters"));
  EXPECT_THAT(ErrorOf(std::string("unix:///a\0.sock", 15)),
              HasSubstr("characters"));
  EXPECT_THAT(ErrorOf("unix:///run/../csi.sock"), HasSubstr("\"..\""));
  EXPECT_THAT(ErrorOf("unix:///run//csi.sock"), HasSubstr("empty part"));
  EXPECT_THAT(ErrorOf("unix:///run/csi"), HasSubstr(".sock"));
  EXPECT_THAT(ErrorOf("unix:///run/.sock"), HasSubstr(".sock"));
  EXPECT_THAT(ErrorOf("unix:///run/csi.sock/"), HasSubstr("empty part"));
}

TEST(EndpointTest, AnAddressAndAPortAreRead) {
  const auto v4 = ParseEndpoint("tcp://127.0.0.1:9000");
  ASSERT_TRUE(v4.ok()) << v4.status();
  EXPECT_FALSE(v4->IsUnix());
  EXPECT_EQ(v4->host, "127.0.0.1");
  EXPECT_EQ(v4->port, 9000);
  EXPECT_EQ(v4->ToString(), "tcp://127.0.0.1:9000");
  const auto v6 = ParseEndpoint("tcp://[::1]:0");
  ASSERT_TRUE(v6.ok()) << v6.status();
  EXPECT_EQ(v6->host, "::1");
  EXPECT_EQ(v6->ToString(), "tcp://[::1]:0");
}

TEST(EndpointTest, WithoutTlsOnlyTheMachineItselfIsServed) {
  for (const char* text :
       {"tcp://10.0.0.1:9000", "tcp://[fe80::1]:9000", "tcp://localhost:9000",
        "tcp://0.0.0.0:9000", "tcp://[::]:9000", "tcp://127.0.0.1.example:1",
        "tcp://127.0.0:9000", "tcp://127.0.0.999:9000", "tcp://127..0.1:9000",
        "tcp://127...:9000"}) {
    EXPECT_THAT(ErrorOf(text), HasSubstr("without TLS"));
  }
}

TEST(EndpointTest, MistakesInAnAddressAreNamed) {
  EXPECT_THAT(ErrorOf("tcp://127.0.0.1"), HasSubstr("no port"));
  EXPECT_THAT(ErrorOf("tcp://127.0.0.1:"), HasSubstr("no port"));
  EXPECT_THAT(ErrorOf("tcp://127.0.0.1:65536"), HasSubstr("0 to 65535"));
  EXPECT_THAT(ErrorOf("tcp://127.0.0.1:-1"), HasSubstr("0 to 65535"));
  EXPECT_THAT(ErrorOf("tcp://:9000"), HasSubstr("no name or address"));
  EXPECT_THAT(ErrorOf("tcp://::1:9000"), HasSubstr("no name or address"));
  EXPECT_THAT(ErrorOf("tcp://[::1:9000"), HasSubstr("no name or address"));
}

TEST(EndpointTest, TheTemporaryNameHasToFitToo) {
  EXPECT_TRUE(ParseEndpoint("unix://" + PathOfSize(97)).ok());
  EXPECT_THAT(ErrorOf("unix://" + PathOfSize(98)), HasSubstr("108 bytes"));
}

TEST(EndpointTest, TheTemporaryNameIsHiddenAndInTheSameDirectory) {
  EXPECT_THAT(TemporarySocketPath("/run/csi.sock"),
              MatchesRegex("/run/\\.csi\\.sock\\.[0-9a-f]{8}"));
}

TEST(EndpointTest, TheTemporaryNameIsNotThatOfAPredecessor) {
  EXPECT_NE(TemporarySocketPath("/run/csi.sock"),
            TemporarySocketPath("/run/csi.sock"));
}

TEST(HostPortTest, NamesAddressesAndAllAddressesAreRead) {
  const auto v4 = ParseHostPort("127.0.0.1:9810");
  ASSERT_TRUE(v4.ok()) << v4.status();
  EXPECT_EQ(v4->host, "127.0.0.1");
  EXPECT_EQ(v4->port, 9810);
  const auto all = ParseHostPort(":0");
  ASSERT_TRUE(all.ok()) << all.status();
  EXPECT_EQ(all->host, "");
  EXPECT_EQ(all->port, 0);
  const auto name = ParseHostPort("localhost:65535");
  ASSERT_TRUE(name.ok()) << name.status();
  EXPECT_EQ(name->host, "localhost");
  EXPECT_EQ(name->port, 65535);
}

TEST(HostPortTest, Ipv6IsRefusedByName) {
  for (const char* text : {"[::1]:9810", "[::]:9810", "::1:9810"}) {
    const auto address = ParseHostPort(text);
    EXPECT_EQ(address.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(address.status().message(), HasSubstr("only IPv4 is served"))
        << text;
  }
}

TEST(HostPortTest, MistakesAreRefused) {
  for (const char* text :
       {"", "localhost", "localhost:", "h:65536", "h:-1", "h:+1", "h: 1", "h:x",
        "a b:80", "a,b:80", "h:99999999999"}) {
    EXPECT_EQ(ParseHostPort(text).status().code(),
              absl::StatusCode::kInvalidArgument)
        << text;
  }
}

}  // namespace
}  // namespace holdfast::rpc
