// How a data file comes into being: built unnamed, published whole.

#ifndef HOLDFAST_BACKEND_POOL_DATA_FILE_H_
#define HOLDFAST_BACKEND_POOL_DATA_FILE_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "backend/pool/parameters.h"
#include "backend/pool/reservation.h"
#include "base/operation.h"
#include "base/unique_fd.h"
#include "os/data_files.h"
#include "os/files.h"

namespace holdfast::pool {

// What to build.
struct NewDataFile {
  std::string directory;
  std::string name;
  // Open file whose data it takes over; null for a blank one.
  const UniqueFd* content = nullptr;
  int64_t size_bytes = 0;  // at least that of the content
  Provisioning provisioning = Provisioning::kThin;
  // The room for it; taken by `seal` at the latest. Used up if the file is
  // there in the end, also if that is because it could not be removed again.
  Reservation::Hold& hold;
  // Asked when data and size are there, with the facts of the unnamed file;
  // answers the record to store, or why nothing is to be made.
  std::function<absl::StatusOr<std::string>(const os::FileInfo&)> seal;
};

// Builds on an unnamed file (O_TMPFILE): a crash before the end leaves
// nothing, since the kernel frees an inode without a name. It appears under
// its name, with data, size and record, by one linkat. Thread-safe for
// different names.
class DataFileBuilder {
 public:
  DataFileBuilder(os::Files& files, os::DataFiles& data_files,
                  const os::ExtentHints& hints)
      : files_(files), data_files_(data_files), hints_(hints) {}

  // When it answers OK the file is there and durable; otherwise it is not
  // there, or, with UNAVAILABLE, may be: then a repetition finds it.
  // ALREADY_EXISTS if the name is taken.
  absl::Status Build(const NewDataFile& file, Operation& operation);

  // OK if there is no such file. If there is one, from a call that was cut
  // short before it could say so, it is made durable: then ALREADY_EXISTS.
  absl::Status CheckNew(const std::string& directory, const std::string& name);

 private:
  absl::Status Fill(int fd, const NewDataFile& file, Operation& operation);
  absl::Status Publish(int fd, const NewDataFile& file);
  absl::Status MakeDurable(int fd, const std::string& directory);
  absl::Status Remove(const NewDataFile& file);

  os::Files& files_;
  os::DataFiles& data_files_;
  const os::ExtentHints hints_;
};

}  // namespace holdfast::pool

#endif  // HOLDFAST_BACKEND_POOL_DATA_FILE_H_
