// Every call of the CSI services as data: its name, its request, how to make
// it. For tables of requests and for fuzzers.

#ifndef HOLDFAST_TESTS_INPUT_RPCS_H_
#define HOLDFAST_TESTS_INPUT_RPCS_H_

#include <google/protobuf/message.h>
#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "csi/v1/csi.grpc.pb.h"

namespace holdfast::input {

// Two services, called directly: no socket, no server.
struct Services {
  csi::v1::Controller::Service& controller;
  csi::v1::Node::Service& node;
};

struct Answer {
  grpc::Status status;
  std::shared_ptr<google::protobuf::Message> response;
};

struct Rpc {
  std::string name;  // "CreateVolume"
  // An empty request.
  std::shared_ptr<const google::protobuf::Message> request;
  std::function<Answer(const Services&, const google::protobuf::Message&)> call;
  // The codes that CSI 1.13 gives it, besides OK and those of every call
  // (INVALID_ARGUMENT, ABORTED).
  std::vector<grpc::StatusCode> codes;
};

// All of Controller and Node, in the order of csi.proto.
const std::vector<Rpc>& Rpcs();
// The one that takes this type of request ("CreateVolumeRequest"), or is of
// this name; null if there is none.
const Rpc* FindRpc(const std::string& name);

// What is wrong with an answer to this call, whatever was asked: a code that
// the call does not have, a message that is missing or too much. Empty:
// nothing.
std::string CheckAnswer(const Rpc& rpc, const grpc::Status& status);

}  // namespace holdfast::input

#endif  // HOLDFAST_TESTS_INPUT_RPCS_H_
