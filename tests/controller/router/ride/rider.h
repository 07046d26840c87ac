// One caller, who knows what it was told.

#ifndef HOLDFAST_TESTS_CONTROLLER_ROUTER_RIDE_RIDER_H_
#define HOLDFAST_TESTS_CONTROLLER_ROUTER_RIDE_RIDER_H_

#include <grpcpp/grpcpp.h>

#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>

#include "absl/time/time.h"
#include "csi/v1/csi.grpc.pb.h"

namespace holdfast::controller {

// Calls the controller at random and fails the test when an answer
// contradicts an earlier one: a volume that is said not to exist, or missed in
// a list, though its creation was answered and its deletion never asked for;
// one that is said to exist after its deletion was answered; a steady agent's
// volume that does not answer in time; an error that names nobody. For one
// thread.
class Rider {
 public:
  using Stub = csi::v1::Controller::StubInterface;

  // What has been answered about a volume.
  struct Fact {
    std::string id;         // empty: its creation has not been answered
    bool deleting = false;  // its deletion was asked for
    bool deleted = false;   // and answered
    std::string node;       // the one that was required, if any
  };

  Rider(int number, uint32_t seed, const std::string& socket);

  void CallOnce();
  // Repeats what has not been answered; false if it is not answered now.
  bool Settle();
  // The same with lists: complete, or false.
  bool ListAll();

  const std::map<std::string, Fact>& facts() const { return facts_; }
  // How often each answer came, by call and code.
  const std::map<std::string, int>& answers() const { return answers_; }

 private:
  int Random(int below) {
    return std::uniform_int_distribution<int>(0, below - 1)(random_);
  }
  template <typename Request, typename Response>
  grpc::Status Call(const std::string& what,
                    grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                 const Request&, Response*),
                    const Request& request, Response& response);
  // Any of them that was made; null if there is none.
  std::pair<const std::string, Fact>* Any();

  bool Create(const std::string& name, Fact& fact);
  void CreateNew();
  void CreateAgain();
  void Get();
  bool Delete(Fact& fact);
  void Snapshot();
  void CapacityOfAll();
  void CapacityOfASteadyNode();
  void CheckList(const std::map<std::string, Fact>& before,
                 const std::multiset<std::string>& listed);

  const int number_;
  std::mt19937 random_;
  std::unique_ptr<Stub> stub_;
  int names_ = 0;
  std::map<std::string, Fact> facts_;  // by name
  std::map<std::string, int> answers_;
};

}  // namespace holdfast::controller

#endif  // HOLDFAST_TESTS_CONTROLLER_ROUTER_RIDE_RIDER_H_
