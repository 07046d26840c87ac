// Changes of a script: of one field mostly, of the order of calls now and then.

#include <algorithm>
#include <random>

#include "tests/fuzz/script.h"

namespace holdfast::fuzz {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using Bytes = std::function<std::string(const std::string&)>;
using Words = std::vector<std::string>;

const Words& WordsFor(const std::string& field) {
  static const Words kIds = {"$v0", "$v1", "$v2",   "$s0",      "$s1",
                             "",    "../", "$gone", "$foreign", "$v0/.."};
  static const Words kNames = {"a", "b", "c", "A", "", "a/b", "\x01", "\xff"};
  static const Words kPaths = {"/kubelet/staging",
                               "/kubelet/staging/device",
                               "/kubelet/other",
                               "/kubelet/pods/a/target",
                               "/kubelet/pods/b/target",
                               "/kubelet/pods/a",
                               "/kubelet/pods/none/target",
                               "/kubelet/link",
                               "/kubelet/link/target",
                               "/kubelet/file",
                               "/kubelet",
                               "relative",
                               "/kubelet/../pool",
                               ""};
  static const Words kTypes = {"ext4", "xfs", "btrfs", "ext3", "", "ntfs"};
  static const Words kFlags = {
      "ro", "rw", "noatime,nosuid",   "discard",  "bogus",  "context=\"a,b\"",
      "\"", "=x", "defaults,_netdev", "lazytime", "noload", "norecovery"};
  static const Words kKeys = {
      "pool",  "provisioning",          "logicalBlockBytes",
      "bogus", "mkfsOptions",           "csi.storage.k8s.io/pvc/name",
      "",      "csi.holdfast.dev/node", "csi.storage.k8s.io/ephemeral"};
  static const Words kValues = {"default",
                                "thick",
                                "thin",
                                "512",
                                "4096",
                                "-L a",
                                "-m 0",
                                "-O ^quota",
                                "node-a",
                                "node-b",
                                "true",
                                "",
                                "secret-of-someone"};
  static const Words kNodes = {"node-a", "node-b", ""};
  if (field == "node_id") return kNodes;
  if (field.find("_id") != field.npos || field == "starting_token") return kIds;
  if (field.find("path") != field.npos) return kPaths;
  if (field == "fs_type") return kTypes;
  if (field == "mount_flags") return kFlags;
  if (field == "key") return kKeys;
  if (field == "value") return kValues;
  return kNames;
}

class Mutator {
 public:
  Mutator(unsigned seed, const Bytes& bytes) : random_(seed), bytes_(bytes) {}

  void Change(Script& script) {
    const size_t what = Below(10);
    if (script.empty() || (what == 0 && script.size() < kMaxSteps)) {
      return Insert(script);
    }
    const size_t at = Below(script.size());
    if (what == 1 && script.size() > 1) {
      script.erase(script.begin() + static_cast<ptrdiff_t>(at));
    } else if (what == 2) {
      std::swap(script[at], script[Below(script.size())]);
    } else if (what == 3 && script.size() < kMaxSteps) {
      script.push_back({script[at].rpc, Copy(*script[at].request)});
    } else {
      Change(*script[at].request);
    }
  }

 private:
  size_t Below(size_t n) { return random_() % n; }
  bool OneIn(size_t n) { return Below(n) == 0; }
  static std::shared_ptr<Message> Copy(const Message& message) {
    std::shared_ptr<Message> copy(message.New());
    copy->CopyFrom(message);
    return copy;
  }

  // A call with each of its fields likely set.
  void Insert(Script& script) {
    const auto& rpcs = input::Rpcs();
    const input::Rpc& rpc = rpcs[Below(rpcs.size())];
    Step step{&rpc, Copy(*rpc.request)};
    for (int i = 0; i < step.request->GetDescriptor()->field_count(); ++i) {
      if (!OneIn(3))
        Set(*step.request, *step.request->GetDescriptor()->field(i));
    }
    const auto at = static_cast<ptrdiff_t>(Below(script.size() + 1));
    script.insert(script.begin() + at, std::move(step));
  }

  void Change(Message& message) {
    const int count = message.GetDescriptor()->field_count();
    if (count == 0) return;
    const FieldDescriptor& field =
        *message.GetDescriptor()->field(static_cast<int>(Below(count)));
    if (OneIn(8)) return message.GetReflection()->ClearField(&message, &field);
    Set(message, field);
  }

  void Set(Message& message, const FieldDescriptor& field) {
    const Reflection& reflection = *message.GetReflection();
    if (!field.is_repeated()) return SetOne(message, field);
    const int size = reflection.FieldSize(message, &field);
    if (size > 0 && OneIn(6)) return reflection.RemoveLast(&message, &field);
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      return reflection.AddString(&message, &field, Word(field.name(), ""));
    }
    Message& element =
        size == 0 || (size < 4 && OneIn(3))
            ? *reflection.AddMessage(&message, &field)
            : *reflection.MutableRepeatedMessage(&message, &field,
                                                 static_cast<int>(Below(size)));
    Fill(element);
  }

  void SetOne(Message& message, const FieldDescriptor& field) {
    const Reflection& reflection = *message.GetReflection();
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        return reflection.SetString(
            &message, &field,
            Word(field.name(), reflection.GetString(message, &field)));
      case FieldDescriptor::CPPTYPE_INT64:
        return reflection.SetInt64(&message, &field, Number());
      case FieldDescriptor::CPPTYPE_INT32:
        return reflection.SetInt32(&message, &field,
                                   static_cast<int32_t>(Below(4)) - 1);
      case FieldDescriptor::CPPTYPE_BOOL:
        return reflection.SetBool(&message, &field, OneIn(2));
      case FieldDescriptor::CPPTYPE_ENUM:
        return reflection.SetEnumValue(&message, &field,
                                       static_cast<int>(Below(9)));
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return Fill(*reflection.MutableMessage(&message, &field));
      default:
        return;
    }
  }

  // An empty message gets most of its fields, another one is changed.
  void Fill(Message& message) {
    if (message.ByteSizeLong() > 0) return Change(message);
    for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
      if (!OneIn(3)) Set(message, *message.GetDescriptor()->field(i));
    }
  }

  std::string Word(const std::string& field, const std::string& old) {
    if (OneIn(5)) return bytes_(old);
    const Words& words = WordsFor(field);
    return words[Below(words.size())];
  }

  int64_t Number() {
    static const int64_t kNumbers[] = {0,
                                       1,
                                       4096,
                                       1 << 20,
                                       64 << 20,
                                       1 << 30,
                                       16LL << 30,
                                       INT64_MAX,
                                       INT64_MIN,
                                       -1,
                                       4095,
                                       300 << 20,
                                       INT64_MAX - 4095};
    if (OneIn(5)) return static_cast<int64_t>(random_()) << Below(32);
    return kNumbers[Below(std::size(kNumbers))];
  }

  std::minstd_rand random_;
  const Bytes& bytes_;
};

}  // namespace

Script Mutate(const Script& script, unsigned seed, const Bytes& bytes) {
  Script changed;
  for (const Step& step : script) {
    std::shared_ptr<Message> copy(step.request->New());
    copy->CopyFrom(*step.request);
    changed.push_back({step.rpc, std::move(copy)});
  }
  Mutator(seed, bytes).Change(changed);
  return changed;
}

}  // namespace holdfast::fuzz
