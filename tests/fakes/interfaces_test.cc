// The fakes take note of every call there is, and every one can be failed.

#include "tests/fakes/interfaces.h"

#include <gtest/gtest.h>

#include <iterator>

#include "tests/fakes/errnos.h"

namespace holdfast::fakes {
namespace {

std::set<std::string> NamesInTheTable() {
  const auto names = CallNames();
  return {names.begin(), names.end()};
}

TEST(InterfacesTest, MethodsAreReadFromTheHeaders) {
  const auto methods = MethodsOfKernel();
  for (const char* name : {"Files.Open", "Files.WriteAll", "DataFiles.Clone",
                           "LoopDevices.DetachIf", "Mounts.MountDevice",
                           "FileSystems.Grow", "Commands.Run"}) {
    EXPECT_EQ(methods.count(name), 1u) << name;
  }
  EXPECT_EQ(methods.count("Files.Files"), 0u);
  EXPECT_EQ(MethodsOf("backend/backend.h", "const"),
            (std::set<std::string>{"Backend.Pools", "Backend.VolumeId",
                                   "Backend.SnapshotId"}));
}

TEST(InterfacesTest, TheFakesNoteEveryCallByItsOwnName) {
  EXPECT_EQ(Missing(MethodsOfKernel(), FakedCalls()), "");
  EXPECT_EQ(Missing(FakedCalls(), MethodsOfKernel()), "");
}

TEST(InterfacesTest, EveryCallHasErrnosAndWhereTheyAreWritten) {
  EXPECT_EQ(Missing(FakedCalls(), NamesInTheTable()), "");
  EXPECT_EQ(Missing(NamesInTheTable(), FakedCalls()), "");
  for (const std::string& name : CallNames()) {
    EXPECT_FALSE(ErrnosOf(name).empty()) << name;
    EXPECT_NE(SourceOf(name), "") << name;
  }
}

}  // namespace
}  // namespace holdfast::fakes
