#include "cli/table.h"

#include <gtest/gtest.h>

#include <sstream>

namespace holdfast::cli {
namespace {

TEST(TableTest, ColumnsAreAsWideAsTheirWidestCell) {
  std::ostringstream out;
  Table table(out, {{"NAME"}, {"SIZE", Table::Align::kRight}, {"NODE"}});
  table.Add({"größe", "1 GiB", "n1"});
  table.Add({"x", "512 MiB", ""});
  table.Finish();
  EXPECT_EQ(out.str(),
            "NAME      SIZE  NODE\n"
            "größe    1 GiB  n1\n"
            "x      512 MiB  -\n");
}

TEST(TableTest, WithoutRowsNothingIsWritten) {
  std::ostringstream out;
  Table table(out, {{"NAME"}});
  table.Finish();
  EXPECT_EQ(out.str(), "");
}

TEST(TableTest, ALongTableIsWrittenWhileItGrows) {
  std::ostringstream out;
  Table table(out, {{"NAME"}, {"ID"}});
  for (size_t i = 0; i + 1 < Table::kKept; ++i) table.Add({"n", "i"});
  EXPECT_EQ(out.str(), "");
  table.Add({"n", "i"});
  const size_t written = out.str().size();
  EXPECT_GT(written, 0);
  table.Add({"a name that is longer", "i"});
  EXPECT_EQ(out.str().substr(written), "a name that is longer  i\n");
  table.Finish();
  EXPECT_EQ(out.str().size(), written + 25);
}

}  // namespace
}  // namespace holdfast::cli
