// A pool whose directory is not what it should be: its header, the names in
// it, the records of its files. The first byte says what the rest is. It is
// opened or refused, and whatever is listed can be read.

#include <glog/logging.h>
#include <google/protobuf/stubs/logging.h>

#include <algorithm>

#include "backend/pool/layout.h"
#include "backend/pool/pool_file.h"
#include "backend/pool/record.h"
#include "tests/backend/pool/pool_fixture.h"
#include "tests/fuzz/fuzz.h"

namespace holdfast::pool {
namespace {

class DamagedPool {
 public:
  // A pool with a volume, a snapshot of it, and trash.
  DamagedPool() {
    const auto volume = fixture_.Create(fixture_.Spec("volume"));
    const auto snapshot = fixture_.Cut(volume.id, "snapshot");
    const auto gone = fixture_.Create(fixture_.BlockSpec("gone"));
    FUZZ_CHECK(fixture_.pool->DeleteVolume(gone.id, fixture_.operation).ok());
    volume_ = fixture_.layout.Volume(volume.id);
    snapshot_ = fixture_.layout.Snapshot(snapshot.id);
    trashed_ = fixture_.kernel.PathsUnder(fixture_.layout.Trash()).front();
    fixture_.pool.reset();
  }

  void Damage(char what, const std::string& to) {
    const Layout& layout = fixture_.layout;
    switch (what % 8) {
      case 0:
        return WriteHeader(to);
      case 1:
        return WriteRecord(volume_, to);
      case 2:
        return WriteRecord(snapshot_, to);
      case 3:
        return WriteRecord(trashed_, to);
      case 4:
        return AddFile(layout.Volumes(), to);
      case 5:
        return AddFile(layout.Snapshots(), to);
      case 6:
        return AddFile(layout.Trash(), to);
      default:
        return AddFile(layout.Templates(), to);
    }
  }

  void Use() {
    auto opened = fixture_.TryOpen();
    CheckCode(opened.status());
    if (!opened.ok()) return;
    backend::Backend& pool = **opened;
    for (const auto& each : ListOf(pool.ListVolumes({}))) UseVolume(pool, each);
    for (const auto& each : ListOf(pool.ListSnapshots({}, {}))) {
      CheckCode(pool.GetSnapshot(each.id).status());
    }
    for (const auto& each : ListOf(pool.ListTrash({}))) {
      CheckCode(pool.Undelete(each.key, fixture_.operation).status());
      CheckCode(pool.Purge(each.key, fixture_.operation));
    }
    CheckCode(
        pool.CreateVolume(fixture_.Spec("new"), fixture_.operation).status());
    opened->reset();
    FUZZ_CHECK(fixture_.kernel.OpenFds() == 0);
    FUZZ_CHECK(fixture_.kernel.violations().empty());
  }

 private:
  // A surprise is no answer; damage is DATA_LOSS, a later version of the
  // program FAILED_PRECONDITION.
  static void CheckCode(const absl::Status& status) {
    FUZZ_CHECK_SAYING(!absl::IsInternal(status) && !absl::IsUnknown(status),
                      status.ToString());
    FUZZ_CHECK(status.ok() || !status.message().empty());
  }
  template <typename T>
  static std::vector<T> ListOf(const absl::StatusOr<backend::Page<T>>& page) {
    FUZZ_CHECK_SAYING(page.ok(), page.status().ToString());
    return page->entries;
  }

  void UseVolume(backend::Backend& pool, const backend::Volume& volume) {
    Operation& operation = fixture_.operation;
    FUZZ_CHECK(pool.GetVolume(volume.id).ok());
    CheckCode(pool.SetPublications(volume.id, {{.node_id = "node"}}));
    CheckCode(pool.CreateSnapshot(
                      {.name = "new", .source_volume_id = volume.id}, operation)
                  .status());
    backend::VolumeSpec clone = fixture_.Spec("clone");
    clone.source = {backend::ContentSource::Kind::kVolume, volume.id};
    clone.fs_type = volume.format.fs_type;
    clone.access_type = volume.format.access_type;
    CheckCode(pool.CreateVolume(clone, operation).status());
    const auto mode = backend::AttachMode::kReadWrite;
    CheckCode(pool.Attach(volume.id, mode, operation).status());
    CheckCode(pool.Detach(volume.id, mode, operation));
    CheckCode(pool.DeleteVolume(volume.id, operation));
  }

  void WriteHeader(const std::string& text) {
    os::Files& files = fixture_.kernel.files();
    const std::string path = fixture_.layout.Header();
    FUZZ_CHECK(files.Unlink(path).ok());
    const auto file = files.Create(path);
    FUZZ_CHECK(files.WriteAll(file->get(), text).ok());
  }
  void WriteRecord(const std::string& path, const std::string& bytes) {
    const auto file =
        fixture_.kernel.files().Open(path, os::OpenMode::kReadWrite);
    FUZZ_CHECK(fixture_.kernel.data_files()
                   .SetAttribute(file->get(), kRecordAttribute, bytes)
                   .ok());
  }
  // Any name that a file can have, without a record or with the volume's.
  void AddFile(const std::string& directory, std::string name) {
    const bool with_record = !name.empty() && name.front() == '+';
    if (with_record) name.erase(0, 1);
    name = name.substr(0, 255);
    std::replace_if(
        name.begin(), name.end(), [](char c) { return c == '/' || c == 0; },
        '_');
    if (name.empty() || name == "." || name == "..") return;
    const auto record =
        fixture_.kernel.data_files().GetAttribute(volume_, kRecordAttribute);
    const std::string path = directory + "/" + name;
    const auto file = fixture_.kernel.files().Create(path);
    if (file.ok() && with_record) WriteRecord(path, *record);
  }

  PoolFixture fixture_;
  std::string volume_, snapshot_, trashed_;
};

}  // namespace
}  // namespace holdfast::pool

HOLDFAST_FUZZ_TARGET(bytes) {
  if (bytes.empty()) return;
  holdfast::pool::DamagedPool pool;
  pool.Damage(bytes.front(), std::string(bytes.substr(1)));
  pool.Use();
}

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  google::protobuf::SetLogHandler(nullptr);
  FLAGS_minloglevel = google::GLOG_FATAL;
  return 0;
}
