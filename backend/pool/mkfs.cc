#include "backend/pool/mkfs.h"

namespace holdfast::pool {

// mke2fs(8), e2fsprogs 1.47:
// - lazy_itable_init, lazy_journal_init and assume_storage_prezeroed: the file
//   is new and reads as zeros, so neither inode tables nor journal are written
//   (a template of 10 GiB holds 4 MB), and the kernel has nothing to
//   initialise in the background either;
// - nodiscard: there is nothing to discard;
// - metadata_csum_seed: the uuid of a clone can be changed while mounted;
// - -m 0: nothing is kept back for root on a volume of one container;
// - -F: without a question about a file that is not a device.
std::vector<std::string> MkfsCommand(const std::string& /*fs_type*/) {
  return {"mkfs.ext4",
          "-q",
          "-F",
          "-E",
          "lazy_itable_init=1,lazy_journal_init=1,"
          "assume_storage_prezeroed=1,nodiscard",
          "-O",
          "metadata_csum_seed",
          "-b",
          "4096",
          "-m",
          "0"};
}

}  // namespace holdfast::pool
