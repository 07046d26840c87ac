#include "tests/fuzz/player.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/ids.h"
#include "rpc/redact.h"
#include "tests/fuzz/fuzz.h"

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t most);

namespace holdfast::fuzz {
namespace {

using google::protobuf::Message;

constexpr char kSecret[] = "secret-of-someone";

// Refusals after which nothing may be other than before. The other codes may
// follow a part of the work, which a repetition finds: a template that was
// made before there was no room for the volume, a device that grew before its
// file system could not.
bool ChangesNothing(grpc::StatusCode code) {
  return code != grpc::OK && code != grpc::RESOURCE_EXHAUSTED &&
         code != grpc::FAILED_PRECONDITION;
}

bool IsWritten(const std::string& field) {
  return field == "staging_target_path" || field == "target_path";
}

template <typename Request>
grpc::Status Do(const input::Services& services, const Request& request) {
  return input::FindRpc(request.GetDescriptor()->name())
      ->call(services, request)
      .status;
}

// The k of "$v<k>"; -1 for anything else.
int IndexOf(const std::string& value, char letter) {
  const bool is_one = value.size() == 3 && value[0] == '$' &&
                      value[1] == letter && value[2] >= '0' && value[2] <= '9';
  return is_one ? value[2] - '0' : -1;
}

std::string At(const std::vector<std::string>& ids, int index,
               const std::string& otherwise) {
  return index >= 0 && index < static_cast<int>(ids.size()) ? ids[index]
                                                            : otherwise;
}

}  // namespace

Playground::Playground(input::InputWorld& world) {
  fakes::FakeKernel& kernel = world.machine().kernel();
  kernel.MakeDirectories("/kubelet/other");
  kernel.AddSymlink("/kubelet/link");
  const auto file = kernel.files().Create("/kubelet/file");
  FUZZ_CHECK(file.ok() && kernel.files().WriteAll(file->get(), "data").ok());
}

void Player::Play(const Script& script) {
  seen_ = world_.Describe();
  for (const Step& step : script) {
    Step meant = step;
    meant.request.reset(step.request->New());
    meant.request->CopyFrom(*step.request);
    ReplaceStrings(*meant.request,
                   [this](const std::string& field, const std::string& value) {
                     return Meant(field, value);
                   });
    const input::Answer answer = step.rpc->call(services_, *meant.request);
    const std::string wrong = input::CheckAnswer(*step.rpc, answer.status);
    FUZZ_CHECK_SAYING(wrong.empty(), wrong);
    CheckRefusal(meant, answer.status);
    CheckSecrets(*meant.request, answer.status);
    Take(meant, answer);
  }
}

// What an orchestrator writes to is below a directory of its own; a path that
// would lead out of it stays as it is, and is refused.
std::string Player::Meant(const std::string& field,
                          const std::string& value) const {
  if (value == "$foreign") {
    return MakeId('p', HomeOf("elsewhere"), IdKind::kVolume, "v");
  }
  if (value == "$gone") {
    return MakeId('p', world_.home(), IdKind::kVolume, "gone");
  }
  const bool leads_out =
      absl::StartsWith(value, "/") && !absl::StartsWith(value, "/kubelet");
  if (IsWritten(field) && leads_out) return absl::StrCat("/kubelet", value);
  return At(volumes_, IndexOf(value, 'v'),
            At(snapshots_, IndexOf(value, 's'), value));
}

void Player::Take(const Step& step, const input::Answer& answer) {
  if (!answer.status.ok()) return;
  const auto note = [](std::vector<std::string>& ids, const std::string& id) {
    FUZZ_CHECK(ParseId(id).has_value());
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
  };
  if (step.rpc->name == "CreateVolume") {
    const auto& made =
        dynamic_cast<csi::v1::CreateVolumeResponse&>(*answer.response);
    const auto& asked =
        dynamic_cast<csi::v1::CreateVolumeRequest&>(*step.request);
    note(volumes_, made.volume().volume_id());
    const auto& range = asked.capacity_range();
    const int64_t size = made.volume().capacity_bytes();
    FUZZ_CHECK(size >= range.required_bytes() &&
               (range.limit_bytes() == 0 || size <= range.limit_bytes()));
    FUZZ_CHECK(asked.has_volume_content_source() ==
               made.volume().has_content_source());
  } else if (step.rpc->name == "CreateSnapshot") {
    const auto& made =
        dynamic_cast<csi::v1::CreateSnapshotResponse&>(*answer.response);
    note(snapshots_, made.snapshot().snapshot_id());
    FUZZ_CHECK(made.snapshot().ready_to_use());
  }
}

void Player::CheckRefusal(const Step& step, const grpc::Status& status) {
  const auto before = std::exchange(seen_, world_.Describe());
  if (!ChangesNothing(status.error_code())) return;
  const std::string changed = fakes::Difference(before, seen_);
  FUZZ_CHECK_SAYING(
      changed.empty(),
      absl::StrCat(step.rpc->name, " answered ", status.error_code(), " \"",
                   status.error_message(), "\" and changed\n", changed));
}

void Player::CheckSecrets(const Message& request, const grpc::Status& status) {
  const auto* field = request.GetDescriptor()->FindFieldByName("secrets");
  if (field == nullptr ||
      request.GetReflection()->FieldSize(request, field) == 0) {
    return;
  }
  bool has_secret = false;
  for (int i = 0; i < request.GetReflection()->FieldSize(request, field); ++i) {
    const Message& entry =
        request.GetReflection()->GetRepeatedMessage(request, field, i);
    const auto* value = entry.GetDescriptor()->FindFieldByName("value");
    has_secret =
        has_secret || entry.GetReflection()->GetString(entry, value) == kSecret;
  }
  if (!has_secret) return;
  FUZZ_CHECK(!absl::StrContains(status.error_message(), kSecret));
}

void Player::TidyUp() {
  UndoMounts();
  DeleteAll();
  CheckEmpty();
}

// As an orchestrator that has lost its memory: each volume is taken off each
// path.
void Player::UndoMounts() {
  node::World& machine = world_.machine();
  for (int round = 0; round < 20 && !machine.MountedPaths().empty(); ++round) {
    auto paths = machine.MountedPaths();
    std::reverse(paths.begin(), paths.end());
    for (const std::string& path : paths) {
      for (const std::string& id : volumes_) {
        csi::v1::NodeUnpublishVolumeRequest unpublish;
        unpublish.set_volume_id(id);
        unpublish.set_target_path(path);
        Do(services_, unpublish);
        csi::v1::NodeUnstageVolumeRequest unstage;
        unstage.set_volume_id(id);
        unstage.set_staging_target_path(path.substr(0, path.rfind("/device")));
        Do(services_, unstage);
      }
    }
  }
  FUZZ_CHECK_SAYING(machine.MountedPaths().empty(),
                    machine.MountedPaths().front());
  // What was staged at two paths, or bound elsewhere when it was unstaged.
  for (const std::string& id : volumes_) {
    csi::v1::NodeUnstageVolumeRequest unstage;
    unstage.set_volume_id(id);
    unstage.set_staging_target_path("/kubelet/other");
    const grpc::Status status = Do(services_, unstage);
    FUZZ_CHECK_SAYING(status.ok(), status.error_message());
  }
}

void Player::DeleteAll() {
  for (const std::string& id : volumes_) {
    csi::v1::DeleteVolumeRequest request;
    request.set_volume_id(id);
    const grpc::Status status = Do(services_, request);
    FUZZ_CHECK_SAYING(status.ok(), status.error_message());
  }
  for (const std::string& id : snapshots_) {
    csi::v1::DeleteSnapshotRequest request;
    request.set_snapshot_id(id);
    const grpc::Status status = Do(services_, request);
    FUZZ_CHECK_SAYING(status.ok(), status.error_message());
  }
}

void Player::CheckEmpty() {
  node::World& machine = world_.machine();
  FUZZ_CHECK(machine.backend().ListVolumes({})->entries.empty());
  FUZZ_CHECK(machine.backend().ListSnapshots({}, {})->entries.empty());
  FUZZ_CHECK(machine.Loops().empty());
  FUZZ_CHECK(machine.kernel().DetachedMounts() == 0);
  FUZZ_CHECK(machine.kernel().OpenFds() == 1);  // the lock of the pool
  FUZZ_CHECK(machine.kernel().violations().empty());
  for (const char* directory :
       {"/pool/volumes", "/pool/snapshots", "/pool/incoming"}) {
    FUZZ_CHECK_SAYING(machine.kernel().PathsUnder(directory).empty(),
                      directory);
  }
}

void Player::EmptyTrash() {
  backend::Backend& backend = world_.machine().backend();
  Operation operation("test");
  const auto trash = backend.ListTrash({});
  FUZZ_CHECK(trash.ok());
  for (const auto& object : trash->entries) {
    FUZZ_CHECK(backend.Purge(object.key, operation).ok());
  }
}

void Player::CheckPromised() {
  node::World& machine = world_.machine();
  const std::string home = world_.home();
  const int64_t promised = machine.backend().GetPool(home)->promised_bytes;
  machine.RestartDaemon();
  const int64_t counted = machine.backend().GetPool(home)->promised_bytes;
  FUZZ_CHECK_SAYING(promised == counted,
                    absl::StrCat(promised, " promised, ", counted, " counted"));
}

size_t MutateText(uint8_t* data, size_t size, size_t most, unsigned seed) {
  const Script script =
      ParseScript({reinterpret_cast<const char*>(data), size});
  const std::string text =
      ToText(Mutate(script, seed, [](const std::string& old) {
        std::string bytes = old;
        bytes.resize(old.size() + 16);
        bytes.resize(LLVMFuzzerMutate(reinterpret_cast<uint8_t*>(bytes.data()),
                                      old.size(), bytes.size()));
        return bytes;
      }));
  if (text.size() > most) return size;
  std::memcpy(data, text.data(), text.size());
  return text.size();
}

}  // namespace holdfast::fuzz
