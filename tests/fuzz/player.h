// Plays a script against a node's daemon on the fake machine, and looks after
// each call whether the daemon kept its promises.

#ifndef HOLDFAST_TESTS_FUZZ_PLAYER_H_
#define HOLDFAST_TESTS_FUZZ_PLAYER_H_

#include <string>
#include <vector>

#include "tests/fuzz/script.h"
#include "tests/input/input_world.h"

namespace holdfast::fuzz {

// What a script finds besides the pool: directories, a file and a symlink below
// /kubelet.
struct Playground {
  explicit Playground(input::InputWorld& world);
};

// After each call: its code is one that CSI gives it, an error is a sentence
// that repeats no secret, and a refusal has changed nothing on the machine. At
// the end everything is undone by calls like these, and then nothing is left:
// no mount, no device, no descriptor, no file, no byte promised.
class Player {
 public:
  // `services` answer for `world`: its own, or a router before it.
  Player(input::InputWorld& world, const input::Services& services)
      : world_(world), services_(services) {}

  void Play(const Script& script);
  void TidyUp();
  // For a world that is played in again.
  void EmptyTrash();
  // Another process that opens the pool counts what this one says is promised.
  // Its services are not to be called any more.
  void CheckPromised();

 private:
  std::string Meant(const std::string& field, const std::string& value) const;
  void Take(const Step& step, const input::Answer& answer);
  void CheckRefusal(const Step& step, const grpc::Status& status);
  void CheckSecrets(const google::protobuf::Message& request,
                    const grpc::Status& status);
  void UndoMounts();
  void DeleteAll();
  void CheckEmpty();

  input::InputWorld& world_;
  const input::Services services_;
  std::vector<std::string> volumes_;
  std::vector<std::string> snapshots_;
  std::vector<std::string> seen_;  // the machine after the last call
};

// Everything between the bytes of libFuzzer and a Player.
size_t MutateText(uint8_t* data, size_t size, size_t most, unsigned seed);

}  // namespace holdfast::fuzz

#endif  // HOLDFAST_TESTS_FUZZ_PLAYER_H_
