#include "cli/tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/ids.h"
#include "tests/cli/scratch.h"

namespace holdfast::cli {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr TreeShape kSmall = {.files = 25, .bytes = 100'000};

// A small tree as WriteTree makes it.
class TreeTest : public testing::Test {
 protected:
  void SetUp() override {
    auto written = WriteTree(scratch_.path(), kSmall);
    ASSERT_TRUE(written.ok()) << written.status();
    manifest_ = *std::move(written);
  }

  // A file of the tree that is not empty.
  std::string SomeFile() const {
    for (const auto& [name, hash] : manifest_.entries) {
      std::string path = scratch_.At(name);
      if (fs::is_regular_file(path) && fs::file_size(path) > 0) return path;
    }
    return "";
  }

  void ExpectDataLoss(const std::string& what) const {
    const absl::Status status = VerifyTree(scratch_.path(), manifest_);
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(what));
  }

  Scratch scratch_;
  Manifest manifest_;
};

TEST_F(TreeTest, HoldsWhatWasAskedFor) {
  EXPECT_EQ(manifest_.files, kSmall.files);
  const auto read = ReadTree(scratch_.path());
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->files, kSmall.files);
  EXPECT_EQ(read->bytes, kSmall.bytes);
  EXPECT_EQ(read->entries, manifest_.entries);
}

TEST_F(TreeTest, TwoTreesDiffer) {
  Scratch other;
  const auto second = WriteTree(other.path(), kSmall);
  ASSERT_TRUE(second.ok());
  EXPECT_NE(second->entries, manifest_.entries);
}

TEST_F(TreeTest, UnchangedTreeVerifies) {
  EXPECT_TRUE(VerifyTree(scratch_.path(), manifest_).ok());
}

TEST_F(TreeTest, LostAndFoundIsNotPartOfTheTree) {
  fs::create_directory(scratch_.At("lost+found"));
  WriteTextFile(scratch_.At("lost+found/x"), "x");
  EXPECT_TRUE(VerifyTree(scratch_.path(), manifest_).ok());
}

TEST_F(TreeTest, OneChangedByteIsFound) {
  const std::string path = SomeFile();
  const auto size = fs::file_size(path);
  FILE* file = fopen(path.c_str(), "r+");
  const int first = fgetc(file);
  rewind(file);
  fputc(first ^ 1, file);
  fclose(file);
  ASSERT_EQ(fs::file_size(path), size);
  ExpectDataLoss(path + " changed");
}

TEST_F(TreeTest, AMissingFileIsFound) {
  const std::string path = SomeFile();
  fs::remove(path);
  ExpectDataLoss(path + " is missing");
}

TEST_F(TreeTest, AnAdditionalFileIsFound) {
  WriteTextFile(scratch_.At("more"), "");
  ExpectDataLoss("entries, expected");
}

TEST_F(TreeTest, CopyHoldsTheSame) {
  fs::create_symlink("d00/f0000", scratch_.At("link"));
  Scratch other;
  const auto copied = CopyTree(scratch_.path(), other.path());
  ASSERT_TRUE(copied.ok()) << copied.status();
  EXPECT_EQ(copied->entries.at("link"), "link to d00/f0000");
  EXPECT_TRUE(VerifyTree(other.path(), *copied).ok());
}

TEST(ReadTreeTest, HashIsTheSha256OfTheContents) {
  Scratch scratch;
  // More than one chunk of reading.
  const std::string contents(600'000, 'x');
  WriteTextFile(scratch.At("f"), contents);
  const auto read = ReadTree(scratch.path());
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->entries.at("f"), Sha256Hex(contents));
}

TEST(ReadTreeTest, MissingDirectoryIsAnError) {
  EXPECT_FALSE(ReadTree("/nonexistent/tree").ok());
}

TEST(FileSystemBytesTest, SaysTheSizeOrWhichPathIsMissing) {
  const Scratch scratch;
  const auto bytes = FileSystemBytes(scratch.path());
  ASSERT_TRUE(bytes.ok()) << bytes.status();
  EXPECT_EQ(*bytes, static_cast<int64_t>(fs::space(scratch.path()).capacity));
  const std::string missing = scratch.At("missing");
  EXPECT_THAT(std::string(FileSystemBytes(missing).status().message()),
              HasSubstr(missing));
}

}  // namespace
}  // namespace holdfast::cli
