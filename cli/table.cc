#include "cli/table.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"
#include "cli/text.h"

namespace holdfast::cli {
namespace {

// Characters of UTF-8 text: its bytes but those that continue one.
size_t Width(absl::string_view text) {
  return static_cast<size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (c & '\xc0') != '\x80'; }));
}

}  // namespace

Table::Table(std::ostream& out, std::vector<Column> columns)
    : out_(out), columns_(std::move(columns)), widths_(columns_.size()) {
  for (size_t i = 0; i < columns_.size(); ++i) {
    widths_[i] = Width(columns_[i].title);
  }
}

void Table::Add(std::vector<std::string> row) {
  for (std::string& cell : row) cell = cell.empty() ? "-" : Plain(cell);
  if (started_) return Write(row);
  for (size_t i = 0; i < row.size(); ++i) {
    widths_[i] = std::max(widths_[i], Width(row[i]));
  }
  kept_.push_back(std::move(row));
  if (kept_.size() == kKept) Flush();
}

void Table::Finish() {
  if (!started_ && !kept_.empty()) Flush();
  out_.flush();
}

void Table::Flush() {
  started_ = true;
  std::vector<std::string> titles;
  titles.reserve(columns_.size());
  for (const Column& column : columns_) titles.push_back(column.title);
  Write(titles);
  for (const std::vector<std::string>& row : kept_) Write(row);
  kept_.clear();
}

void Table::Write(const std::vector<std::string>& row) {
  std::string line;
  for (size_t i = 0; i < row.size(); ++i) {
    const size_t width = Width(row[i]);
    const std::string fill(widths_[i] > width ? widths_[i] - width : 0, ' ');
    const bool right = columns_[i].align == Align::kRight;
    line += (i > 0 ? "  " : "");
    line += right ? fill + row[i] : row[i] + fill;
  }
  absl::StripTrailingAsciiWhitespace(&line);
  out_ << line << '\n';
}

}  // namespace holdfast::cli
