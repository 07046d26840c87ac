#include "cli/progress.h"

#include <unistd.h>

#include "absl/strings/str_format.h"
#include "absl/time/clock.h"

namespace holdfast::cli {
namespace {

constexpr int kTextWidth = 46;
constexpr int kBarWidth = 24;
constexpr char kClearLine[] = "\r\x1b[K";
// Faster than this the eye sees no difference, and drawing takes time.
constexpr absl::Duration kRedraw = absl::Milliseconds(50);

std::string ThreeDigits(double value) {
  const int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  return absl::StrFormat("%.*f", decimals, value);
}

}  // namespace

Screen DetectScreen(int fd) {
  return isatty(fd) == 1 ? Screen::kTerminal : Screen::kPlain;
}

void Progress::Headline(absl::string_view text) {
  const bool bold = screen_ == Screen::kTerminal;
  out_ << (bold ? "\x1b[1m" : "") << text << (bold ? "\x1b[0m" : "")
       << std::endl;
}

void Progress::Begin(absl::string_view text, int parts) {
  text_ = std::string(text);
  parts_ = parts;
  done_ = 0;
  began_ = absl::Now();
  drawn_ = absl::InfinitePast();
  DrawBar();
}

void Progress::Advance() {
  ++done_;
  DrawBar();
}

void Progress::DrawBar() {
  const absl::Time now = absl::Now();
  if (screen_ == Screen::kPlain || now - drawn_ < kRedraw) return;
  drawn_ = now;
  out_ << kClearLine << absl::StreamFormat("  %-*s", kTextWidth, text_);
  if (parts_ > 1) {
    const int full = kBarWidth * done_ / parts_;
    out_ << '[' << std::string(full, '#') << std::string(kBarWidth - full, '.')
         << "] " << done_ << '/' << parts_;
  }
  out_ << std::flush;
}

void Progress::Clear() {
  if (screen_ == Screen::kTerminal) out_ << kClearLine;
}

void Progress::End(absl::string_view remark) {
  const absl::Duration took = absl::Now() - began_;
  Clear();
  out_ << absl::StreamFormat("  %-*s%10s", kTextWidth, text_, FormatTime(took));
  if (!remark.empty()) out_ << "   " << remark;
  out_ << std::endl;
}

void Progress::Fail() {
  Clear();
  out_ << absl::StreamFormat("  %-*s%10s", kTextWidth, text_, "failed")
       << std::endl;
}

void Progress::Note(absl::string_view text) {
  out_ << "    " << text << std::endl;
}

std::string FormatTime(absl::Duration duration) {
  const double seconds = absl::ToDoubleSeconds(duration);
  if (seconds < 0.9995) return ThreeDigits(seconds * 1e3) + " ms";
  return ThreeDigits(seconds) + " s";
}

}  // namespace holdfast::cli
