# Everything comes from Debian; scripts/packages.txt is the list.
#
# What is shipped links the archives of the large libraries. Of a shared one each
# page counts that relocating it touches, and each start looks up its symbols:
# docs/benchmarks.md has the figures. Tests link the shared ones, which is quick.
if(HOLDFAST_STATIC_LIBRARIES)
  set(Protobuf_USE_STATIC_LIBS ON)
  set(OPENSSL_USE_STATIC_LIBS ON)
  set(ZLIB_USE_STATIC_LIBS ON)
endif()

find_package(Threads REQUIRED)
find_package(Protobuf REQUIRED)
find_package(gRPC REQUIRED)
find_package(absl REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(CLI11 REQUIRED)
find_package(prometheus-cpp REQUIRED COMPONENTS core)
find_package(PkgConfig REQUIRED)
pkg_check_modules(glog REQUIRED IMPORTED_TARGET libglog)
pkg_check_modules(blkid REQUIRED IMPORTED_TARGET blkid)
find_library(CIVETWEB_CPP civetweb-cpp REQUIRED)
find_library(CIVETWEB civetweb REQUIRED)

# Debian's packages for CMake name the shared libraries only.
function(use_archives PATTERN)
  get_property(targets DIRECTORY PROPERTY IMPORTED_TARGETS)
  list(FILTER targets INCLUDE REGEX ${PATTERN})
  foreach(target ${targets})
    get_target_property(library ${target} IMPORTED_LOCATION_NONE)
    string(REGEX REPLACE "\\.so[.0-9]*$" ".a" archive "${library}")
    if(EXISTS ${archive})
      set_target_properties(${target} PROPERTIES
        IMPORTED_LOCATION_NONE ${archive})
    endif()
  endforeach()
endfunction()

if(HOLDFAST_STATIC_LIBRARIES)
  use_archives("^(absl|gRPC)::")
  add_link_options(-Wl,--gc-sections -Wl,-z,pack-relative-relocs)
endif()
