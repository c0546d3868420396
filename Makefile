# make                 build/acc, build/libacc.a, build/libacc_erased.a
# make core            build/libacc_core.a: without an operating system, see docs/firmware.md
# make demo            build, translate, serve 1,000 connections
# make check           all tests (TESTS=tests/lower/kept.ac for some of them)
# make SAN=1 check     the same with AddressSanitizer and UBSan in acc and in the runtime, in build/san
# make check-full      also the whole oracle (long)
# make fuzz            mutated programs through the translator, FUZZ_SECONDS=3600 of them
# make bench           measurements
# make dist            build/acc-VERSION.tar.gz, which needs neither flex nor bison
# make install         DESTDIR= prefix=/usr/local bindir= libdir= includedir= mandir=

prefix     = /usr/local
bindir     = $(prefix)/bin
libdir     = $(prefix)/lib
includedir = $(prefix)/include
datadir    = $(prefix)/share
mandir     = $(datadir)/man
INSTALL    = install

version = $(shell sed -n 's/^.define ACC_VERSION "\(.*\)"/\1/p' lexer/unit.h)

# Of a cross build: CC and AR make what runs on the target, HOSTCC the translator, which runs here.
HOSTCC = $(CC)
FLEX   = flex
BISON  = bison
CFLAGS = -O2 -g
override CFLAGS += -std=gnu2x -Wall -Wextra -Werror
B      = build

ifdef SAN
B        = build/san
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
endif

.DELETE_ON_ERROR:
.SUFFIXES:

SRC := $(sort $(wildcard lexer/*.c parser/*.c lower/*.c))
OBJ := $(SRC:%.c=$B/%.o) $B/grammar.o $B/lexer.o

# runtime_c, runtime_ac, runtime_erased_c: the files of libacc.a and of its synchronous twin.
-include runtime/sources.mk
RUNTIME_OBJ := $(runtime_c:%.c=$B/%.o) $(runtime_ac:%.ac=$B/%.o)
ERASED_OBJ  := $(runtime_erased_c:%.c=$B/erased/%.o)
CORE_OBJ    := $(runtime_port_c:%.c=$B/core/%.o)

SAN_OBJ     := $(RUNTIME_OBJ:$B/%=$B/sanitized/%)

.PHONY: all
all: $B/acc $B/acc.mk $B/acc-config.cmake $B/acc-config-version.cmake $B/acc-gdb.py $B/acc.1 \
     $B/libacc.a $B/libacc_erased.a $(if $(SAN),$B/libacc_san.a)

$B/acc: $(OBJ)
	$(HOSTCC) $(SANITIZE) $(LDFLAGS) -o $@ $^ $(LDLIBS)
$B/acc.mk $B/acc-config.cmake $B/acc-gdb.py: $B/%: runtime/% | $B
	cp $< $@
$B/acc-config-version.cmake: runtime/acc-config-version.cmake.in lexer/unit.h | $B
	sed 's|@version@|$(version)|' $< > $@
$B/acc.1: docs/man.awk $B/acc
	$B/acc --help | awk -v version='$(version)' -f $< > $@
ifneq ($(wildcard generated),)                              # a release brings them along
$B/grammar.c $B/grammar.h $B/lexer.c: $B/%: generated/% | $B
	cp $< $@
else
$B/grammar.c $B/grammar.h &: parser/grammar.y | $B          # one run makes both
	$(BISON) -Wall -Wcounterexamples -Werror --header=$B/grammar.h -o $B/grammar.c $<
$B/lexer.c: lexer/lexer.l | $B
	$(FLEX) -o $@ $<
endif
$B/diagnostics.inc: docs/diagnostics.md | $B
	sed 's/[\\"]/\\&/g; s/.*/"&\\n"/' $< > $@
$(OBJ): | $B/grammar.h $B/diagnostics.inc
$B/grammar.o: override CFLAGS += -Wno-unused-but-set-variable   # bison counts errors and never asks for the count

$B/%.o: %.c
	@mkdir -p $(@D)
	$(HOSTCC) $(CPPFLAGS) -I. -I$B $(CFLAGS) $(SANITIZE) -MMD -MP -c -o $@ $<
$B/%.o: $B/%.c
	$(HOSTCC) $(CPPFLAGS) -I. -I$B $(CFLAGS) $(SANITIZE) -MMD -MP -c -o $@ $<
$B/runtime/%.o: runtime/%.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -Iruntime $(CFLAGS) -MMD -MP -c -o $@ $<
$B/runtime/%.o: runtime/%.ac $B/acc
	@mkdir -p $(@D)
	$B/acc --cc='$(CC)' $(CPPFLAGS) -isystem runtime $(CFLAGS) -MD -MP -c -o $@ $<
$B/sanitized/runtime/%.o: runtime/%.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -Iruntime $(CFLAGS) $(SANITIZE) -MMD -MP -c -o $@ $<
$B/sanitized/runtime/%.o: runtime/%.ac $B/acc
	@mkdir -p $(@D)
	$B/acc --cc='$(CC)' $(CPPFLAGS) -isystem runtime $(CFLAGS) $(SANITIZE) -MD -MP -c -o $@ $<
$B/core/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -Iruntime $(CFLAGS) -DAC_PORT -ffreestanding -MMD -MP -c -o $@ $<
$B/erased/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -Iruntime $(CFLAGS) -MMD -MP -c -o $@ $<
$B/libacc.a: $(RUNTIME_OBJ)
	rm -f $@ && $(AR) rcs $@ $^
$B/libacc_erased.a: $(ERASED_OBJ)
	rm -f $@ && $(AR) rcs $@ $^
$B/libacc_core.a: $(CORE_OBJ)
	rm -f $@ && $(AR) rcs $@ $^
$B/libacc_san.a: $(SAN_OBJ)
	rm -f $@ && $(AR) rcs $@ $^
$B: ; mkdir -p $@

-include $(OBJ:.o=.d) $(RUNTIME_OBJ:.o=.d) $(SAN_OBJ:.o=.d) $(ERASED_OBJ:.o=.d) $(CORE_OBJ:.o=.d)

.PHONY: core check check-full bench demo fuzz dist install clean
core: $B/libacc_core.a
check: all
	@B=$B CC='$(CC)' tests/run.sh $(TESTS)
check-full: all
	@B=$B CC='$(CC)' FULL=1 tests/run.sh $(TESTS)
bench: all
	@B=$B CC='$(CC)' bench/run.sh
demo:
	@examples/demo.sh

# The targets of libFuzzer: the translator without its command line, in one process, where no compiler is run.
FUZZ_CC  := clang
FUZZ_SAN := -fsanitize=fuzzer,address,undefined -fno-sanitize-coverage=trace-cmp -fno-sanitize-recover=undefined -fno-omit-frame-pointer
FUZZ_SRC := $(filter-out lexer/preprocess.c lower/main.c, $(SRC)) $B/grammar.c $B/lexer.c tests/fuzz/preprocess.c tests/fuzz/mutate.c
FUZZ_OBJ := $(FUZZ_SRC:%.c=$B/fuzz/objects/%.o)
fuzz: $B/fuzz/scanner $B/fuzz/parser $B/fuzz/translator
	@tests/fuzz/run.sh $B/fuzz
$B/fuzz/scanner.o:    FUZZ_VIEWS = VIEW_TOKENS
$B/fuzz/parser.o:     FUZZ_VIEWS = VIEW_AST
$B/fuzz/translator.o: FUZZ_VIEWS = 0
$B/fuzz/scanner.o $B/fuzz/parser.o $B/fuzz/translator.o: tests/fuzz/target.c | $B/grammar.h
	@mkdir -p $(@D)
	$(FUZZ_CC) -I. -I$B $(CFLAGS) $(FUZZ_SAN) -DVIEWS=$(FUZZ_VIEWS) -MMD -MP -c -o $@ $<
$(FUZZ_OBJ): $B/fuzz/objects/%.o: %.c | $B/grammar.h $B/diagnostics.inc
	@mkdir -p $(@D)
	$(FUZZ_CC) -I. -I$B $(CFLAGS) $(FUZZ_SAN) -MMD -MP -c -o $@ $<
$B/fuzz/%: $B/fuzz/%.o $(FUZZ_OBJ)
	$(FUZZ_CC) $(FUZZ_SAN) -o $@ $^
-include $(wildcard $B/fuzz/*.d) $(FUZZ_OBJ:.o=.d)

dist: $B/grammar.c $B/grammar.h $B/lexer.c
	rm -rf $B/acc-$(version)
	git archive --prefix=acc-$(version)/ HEAD | tar -x -C $B
	mkdir $B/acc-$(version)/generated && cp $^ $B/acc-$(version)/generated
	tar -czf $B/acc-$(version).tar.gz -C $B acc-$(version)
	rm -rf $B/acc-$(version)

install: all
	$(INSTALL) -d $(DESTDIR)$(bindir) $(DESTDIR)$(libdir)/pkgconfig $(DESTDIR)$(includedir)/acc $(DESTDIR)$(datadir)/acc \
		$(DESTDIR)$(mandir)/man1
	$(INSTALL) $B/acc $(DESTDIR)$(bindir)/acc
	$(INSTALL) -m 644 $B/libacc.a $B/libacc_erased.a $(DESTDIR)$(libdir)
	$(INSTALL) -m 644 runtime/acc/*.h $(DESTDIR)$(includedir)/acc
	$(INSTALL) -m 644 runtime/acc.mk runtime/acc-config.cmake $B/acc-config-version.cmake runtime/acc-gdb.py \
		$(DESTDIR)$(datadir)/acc
	$(INSTALL) -m 644 $B/acc.1 $(DESTDIR)$(mandir)/man1
	sed 's|@version@|$(version)|; s|@prefix@|$(prefix)|; s|@bindir@|$(bindir)|; s|@libdir@|$(libdir)|; s|@includedir@|$(includedir)|' \
		runtime/acc.pc.in > $(DESTDIR)$(libdir)/pkgconfig/acc.pc

clean:
	rm -rf build
