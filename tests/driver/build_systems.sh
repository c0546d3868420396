# Make, ninja, Meson and automake with the files that docs/building.md shows; tests/driver/cmake.sh is for CMake.
. tests/driver/project

have() {
    local tool
    for tool; do
        command -v "$tool" > /dev/null || return
    done
}

project() {
    rm -rf server
    cp -r first server
}

project
shown make > server/Makefile
also=main builds server/server make -s -C server -j2

if have ninja; then
    project
    shown ninja > server/build.ninja
    builds server/server ninja -C server -j2
else
    echo "(apt-get install ninja-build)"
fi

make -s --no-print-directory -C "$root" B="$B" install DESTDIR= prefix="$T/prefix"
export PKG_CONFIG_PATH=$T/prefix/lib/pkgconfig
if have meson ninja pkg-config; then
    project
    shown meson > server/meson.build
    meson setup out-of-source server > log || { cat log; exit 1; }
    builds out-of-source/server ninja -C out-of-source -j2
else
    echo "(apt-get install meson pkg-config)"
fi

if have autoreconf automake pkg-config && [ -e "$(aclocal --print-ac-dir)/pkg.m4" ]; then
    project
    shown automake > server/Makefile.am
    cat > server/configure.ac <<'END'
AC_INIT([server], [1])
AM_INIT_AUTOMAKE([foreign])
AC_PROG_CC
PKG_CHECK_MODULES([ACC], [acc])
PKG_CHECK_VAR([ACC], [acc], [acc])
AC_CONFIG_FILES([Makefile])
AC_OUTPUT
END
    mkdir automade
    { autoreconf -i server && (cd automade && ../server/configure); } > log 2>&1 || { cat log; exit 1; }
    also=main builds automade/server make -s -C automade -j2
    make -s -C automade dist
else
    echo "(apt-get install automake pkg-config)"
fi
