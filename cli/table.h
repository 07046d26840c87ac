// Tables for people.

#ifndef HOLDFAST_CLI_TABLE_H_
#define HOLDFAST_CLI_TABLE_H_

#include <ostream>
#include <string>
#include <vector>

namespace holdfast::cli {

// Columns as wide as their widest cell, two spaces between them. The first
// rows are kept to find the widths; then they and all later ones are written
// as they come, so that a long list is seen while it is still being asked for.
//
// Not thread-safe. `out` must outlive it.
class Table {
 public:
  enum class Align { kLeft, kRight };
  struct Column {
    std::string title;
    Align align = Align::kLeft;
  };

  // Rows that are kept.
  static constexpr size_t kKept = 1000;

  Table(std::ostream& out, std::vector<Column> columns);

  // One cell for each column. An empty one is shown as "-"; control characters
  // are replaced.
  void Add(std::vector<std::string> row);
  // Writes what is kept. No rows: nothing at all is written.
  void Finish();

 private:
  void Flush();
  void Write(const std::vector<std::string>& row);

  std::ostream& out_;
  const std::vector<Column> columns_;
  std::vector<size_t> widths_;
  std::vector<std::vector<std::string>> kept_;
  bool started_ = false;
};

}  // namespace holdfast::cli

#endif  // HOLDFAST_CLI_TABLE_H_
