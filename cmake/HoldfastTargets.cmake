# Two functions make every target of the tree, so that warnings, sanitizers
# and include paths are said once.

add_library(holdfast_options INTERFACE)
target_include_directories(holdfast_options INTERFACE
  ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR})
target_compile_options(holdfast_options INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion
  # Designated initialisers name what differs from the default on purpose.
  -Wno-missing-field-initializers
  $<$<BOOL:${HOLDFAST_WERROR}>:-Werror>
  $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety>)
if(HOLDFAST_SANITIZE)
  target_compile_options(holdfast_options INTERFACE
    -fsanitize=${HOLDFAST_SANITIZE} -fno-omit-frame-pointer
    -fno-sanitize-recover=all)
  target_link_options(holdfast_options INTERFACE
    -fsanitize=${HOLDFAST_SANITIZE})
endif()
if(HOLDFAST_SANITIZE STREQUAL "thread")
  # Protobuf's headers give its maps other members where this is defined, which
  # Debian's library does not have; libstdc++ is to know all the same.
  target_compile_options(holdfast_options INTERFACE
    -U__SANITIZE_THREAD__ -D_GLIBCXX_TSAN=1
    # GCC warns of the fences in Abseil's flags, which TSan does not follow.
    -Wno-tsan)
  # Into each program, since Debian's Abseil is not built for TSan.
  add_library(holdfast_tsan OBJECT
    ${CMAKE_SOURCE_DIR}/tests/tsan/absl_mutex.cc
    ${CMAKE_SOURCE_DIR}/tests/tsan/absl_status.cc
    ${CMAKE_SOURCE_DIR}/tests/tsan/grpc_calls.cc
    ${CMAKE_SOURCE_DIR}/tests/tsan/options.cc)
  target_include_directories(holdfast_tsan PRIVATE ${CMAKE_SOURCE_DIR})
  target_compile_options(holdfast_tsan PRIVATE
    -fsanitize=thread -U__SANITIZE_THREAD__)
  target_link_libraries(holdfast_tsan PRIVATE absl::status absl::synchronization)
  target_link_libraries(holdfast_options INTERFACE
    $<TARGET_OBJECTS:holdfast_tsan>)
endif()
if(HOLDFAST_FUZZ)
  # Coverage for the fuzzers; other programs link the sanitizer's own stubs.
  target_compile_options(holdfast_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# holdfast_library(NAME SOURCES a.cc … DEPENDS x y …)
function(holdfast_library NAME)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  add_library(${NAME} STATIC ${ARG_SOURCES})
  target_link_libraries(${NAME} PUBLIC holdfast_options ${ARG_DEPENDS})
endfunction()

# run_alone(TEST…): for tests that make mount namespaces. A new one holds copies
# of all mounts of that moment, those of tests beside it too, whose devices then
# stay in use as long as it lives.
function(run_alone)
  set_tests_properties(${ARGV} PROPERTIES RUN_SERIAL TRUE)
endfunction()

# All programs of a tier, to be built by its name.
foreach(tier unit contract root fuzz)
  add_custom_target(${tier}_tests)
endforeach()

# holdfast_test(NAME LABEL unit SOURCES a_test.cc … DEPENDS x y …)
# A tier is a ctest label: unit, contract, conformance, root. Programs have the
# label program too.
function(holdfast_test NAME)
  cmake_parse_arguments(ARG "" "LABEL" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${NAME} ${ARG_SOURCES})
  target_link_libraries(${NAME} PRIVATE holdfast_options ${ARG_DEPENDS}
    GTest::gmock_main)
  add_test(NAME ${NAME} COMMAND ${NAME})
  set_tests_properties(${NAME} PROPERTIES LABELS "${ARG_LABEL};program"
    TIMEOUT 600)
  add_dependencies(${ARG_LABEL}_tests ${NAME})
endfunction()

# holdfast_fuzzer(NAME SOURCES a_fuzzer.cc … DEPENDS x y …)
# A libFuzzer target, run by ctest for a while (tests/fuzz/run.sh). Its seeds
# and what it once found are in tests/fuzz/corpus/NAME.
function(holdfast_fuzzer NAME)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${NAME} ${ARG_SOURCES})
  target_link_libraries(${NAME} PRIVATE holdfast_options ${ARG_DEPENDS})
  target_link_options(${NAME} PRIVATE -fsanitize=fuzzer)
  add_test(NAME ${NAME}
    COMMAND ${CMAKE_SOURCE_DIR}/tests/fuzz/run.sh $<TARGET_FILE:${NAME}>)
  # Hours by HOLDFAST_FUZZ_SECONDS: libFuzzer ends itself.
  set_tests_properties(${NAME} PROPERTIES LABELS fuzz TIMEOUT 0)
  add_dependencies(fuzz_tests ${NAME})
endfunction()
