// docs/flags.md says what the daemons know, and nothing else.

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include "tests/driver/linux_daemon.h"

namespace holdfast::driver {
namespace {

// Name and default.
using Flags = std::map<std::string, std::string>;

// "  --name=default" in what --help prints.
Flags FlagsOf(const std::string& program) {
  static const std::regex kFlag("^  --([a-z_]+)=(.*)$");
  std::istringstream help(RunProgram({program, "--help"}).output);
  Flags flags;
  std::smatch match;
  for (std::string line; std::getline(help, line);) {
    if (std::regex_match(line, match, kFlag)) flags[match[1]] = match[2];
  }
  flags.erase("flagfile");  // no flag of its own; told in the page's text
  return flags;
}

// "| `--name` | `default` | meaning |" below a heading, by heading.
std::map<std::string, Flags> ReadPage() {
  static const std::regex kRow(
      "^\\| `--([a-z_]+)` \\| (?:`(.*?)`)? ?\\| .+\\|$");
  std::ifstream page(HOLDFAST_SOURCE_DIR "/docs/flags.md");
  std::map<std::string, Flags> sections;
  std::string heading;
  std::smatch match;
  for (std::string line; std::getline(page, line);) {
    if (line.rfind("## ", 0) == 0) heading = line.substr(3);
    if (std::regex_match(line, match, kRow)) {
      EXPECT_TRUE(sections[heading].emplace(match[1], match[2]).second) << line;
    } else {
      EXPECT_NE(line.rfind("| `", 0), 0u) << "not read: " << line;
    }
  }
  return sections;
}

TEST(FlagsPageTest, HasEveryFlagWithItsDefaultAndNoOther) {
  auto page = ReadPage();
  const Flags node = FlagsOf(HOLDFAST_NODE_BINARY);
  const Flags controller = FlagsOf(HOLDFAST_CONTROLLER_BINARY);
  ASSERT_FALSE(node.empty());
  ASSERT_FALSE(controller.empty());
  Flags node_page = page["holdfast-node"];
  node_page.insert(page["Both daemons"].begin(), page["Both daemons"].end());
  EXPECT_EQ(node_page, node);
  Flags controller_page = page["holdfast-controller"];
  controller_page.insert(page["Both daemons"].begin(),
                         page["Both daemons"].end());
  EXPECT_EQ(controller_page, controller);
}

}  // namespace
}  // namespace holdfast::driver
