// holdfast: the command line for people.

#include "base/log.h"
#include "cli/command.h"

int main(int argc, char** argv) {
  holdfast::InitLogging(argv[0], 0);
  return holdfast::cli::RunCommandLine(argc, argv);
}
