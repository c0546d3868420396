# CMake, with Ninja and with Makefiles: see docs/building.md.
command -v cmake > /dev/null || { echo "(apt-get install cmake)"; exit 77; }
. tests/driver/project
export acc_DIR=$(dirname "$("$acc" --print-cmake)")
for generator in Ninja 'Unix Makefiles'; do
    [ "$generator" != Ninja ] || command -v ninja > /dev/null || { echo "(apt-get install ninja-build)"; continue; }
    rm -rf server "out of source"
    cp -r first server
    shown cmake > server/CMakeLists.txt
    cmake -G "$generator" -S server -B "out of source" -DCMAKE_EXPORT_COMPILE_COMMANDS=ON > log
    builds "out of source/server" cmake --build "out of source" -j2
    says '"file": ".*/server/net\.ac"' "out of source/compile_commands.json"
    lacks launch "out of source/compile_commands.json"
done

# The options of a target are those of its .ac files and of their headers; the headers of a library are for those that link it, too; a new
# acc makes all anew.
mkdir -p library/net/include/deep
cp first/main.ac first/log.c library/
cat > library/CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.20)
project(server C)
find_package(acc REQUIRED)
add_subdirectory(net)
add_executable(server log.c)
acc_target_sources(server main.ac)
target_link_libraries(server net)
END
cat > library/net/CMakeLists.txt <<'END'
add_library(net STATIC)
acc_target_sources(net include/net.ac ${CMAKE_CURRENT_SOURCE_DIR}/deep.ac "${CMAKE_CURRENT_BINARY_DIR}/written.ac" ../beside.ac)
add_custom_command(OUTPUT written.ac COMMAND ${CMAKE_COMMAND} -E touch written.ac)
target_include_directories(net PRIVATE include)
target_compile_definitions(net PRIVATE DIVISOR=6 "TEXT=\"a \\\"b c\"")
target_compile_options(net PRIVATE $<$<COMPILE_LANGUAGE:C>:-Werror> -Wall -fshort-enums)
set_target_properties(net PROPERTIES C_STANDARD 11 C_EXTENSIONS OFF)
END
cat > library/net/include/net.ac <<'END'
#include <acc/acc.h>
#include "deep.ac.h"
#include "deep/in.h"
#if !defined __STRICT_ANSI__ || __STDC_VERSION__ != 201112L
#error standard
#endif
async int half(int x)
{
    return await deep(x) / DIVISOR;
}
END
echo '#define TEXT_SIZE sizeof TEXT' > library/net/include/deep/in.h
cat > library/net/deep.ac <<'END'
#include <acc/acc.h>
#include "deep/in.h"
_Static_assert(sizeof(enum { SMALL }) == 1 && TEXT_SIZE == 7, "options");
async int deep(int x)
{
    await ac_yield();
    return x;
}
END
echo '#include "deep/in.h"' > library/beside.ac
printf '#!/bin/sh\nexec "%s" "$@"\n' "$acc" > acc
chmod +x acc
cmake -S library -B made -DACC_EXECUTABLE="$T/acc" -DCMAKE_C_COMPILER_LAUNCHER=env > log
expect_remakes 'log main net' cmake --build made -j2
[ "$(made/server)" = 7 ]
expect_remakes '' cmake --build made
touch acc
expect_remakes 'main net' cmake --build made
