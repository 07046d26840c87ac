// holdfast: the command line for people.

#include <unistd.h>

#include <iostream>

#include "base/log.h"
#include "cli/run.h"

int main(int argc, char** argv) {
  holdfast::InitLogging(argv[0], 0);
  holdfast::cli::Console console{
      .in = std::cin,
      .out = std::cout,
      .err = std::cerr,
      .screen = holdfast::cli::DetectScreen(STDOUT_FILENO),
      .error_screen = holdfast::cli::DetectScreen(STDERR_FILENO)};
  return static_cast<int>(holdfast::cli::RunCommandLine(argc, argv, console));
}
