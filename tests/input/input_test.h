// The fixture of tests/input: requests that are good but for one thing.

#ifndef HOLDFAST_TESTS_INPUT_INPUT_TEST_H_
#define HOLDFAST_TESTS_INPUT_INPUT_TEST_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/controller/router/running_agent.h"
#include "tests/input/input_world.h"

namespace holdfast::input {

// A good request that is made bad in one place.
struct Row {
  std::string what;
  // Protobuf text, merged into the good request: a field given here replaces
  // that of the good one, an element of a list or map comes to it.
  std::string spoilt;
  grpc::StatusCode code = grpc::INVALID_ARGUMENT;
  // What the message must say: the field, at least.
  std::string words;
};

// Who is asked: the node's daemon, or the router before it.
enum class Front { kAgent, kRouter };

// A node with a pool that holds
//   $volume    a file system, staged at $staging and published at $target
//   $block     a block volume, neither staged nor published
//   $snapshot  one of $volume
// and names by which requests in text may call them, $foreign (a volume of a
// pool that is not here) among them.
class InputTest : public testing::TestWithParam<Front> {
 protected:
  InputTest();
  ~InputTest() override;

  // A request of this call that succeeds, in protobuf text.
  static std::string Good(const std::string& rpc);
  // The request of this call that the text describes; the second text is
  // merged into it.
  std::shared_ptr<google::protobuf::Message> Request(
      const std::string& rpc, const std::string& text,
      const std::string& merged = "");
  std::string Named(std::string text);
  // The good request of this type.
  template <typename R>
  R GoodRequest() {
    const std::string& name = R::descriptor()->name();
    const std::string rpc = name.substr(0, name.rfind("Request"));
    return dynamic_cast<const R&>(*Request(rpc, Good(rpc)));
  }

  Answer Call(const google::protobuf::Message& request);
  Answer Call(const std::string& rpc, const std::string& text) {
    return Call(*Request(rpc, text));
  }

  // Each row is answered with its code and a sentence, and nothing on the
  // whole machine is other than before.
  void ExpectRefused(const std::string& rpc, const std::vector<Row>& rows);
  void ExpectRefused(const Row& row, const google::protobuf::Message& request);
  // The good request with this merged in succeeds.
  Answer ExpectTaken(const std::string& rpc, const std::string& merged = "");

  InputWorld world_;

 private:
  void Prepare();
  Services services();

  std::string volume_, block_, snapshot_;
  // Only before a router.
  std::unique_ptr<controller::SocketDirectory> sockets_;
  std::unique_ptr<controller::RunningAgent> agent_;
  std::unique_ptr<controller::Directory> directory_;
  Metrics metrics_;
  rpc::Calls calls_{metrics_};
  std::unique_ptr<controller::RouterService> router_;
};

// `count` times `text`.
std::string Times(int count, const std::string& text);

std::string FrontName(const testing::TestParamInfo<Front>& front);

}  // namespace holdfast::input

#endif  // HOLDFAST_TESTS_INPUT_INPUT_TEST_H_
