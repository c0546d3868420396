# Rules for .ac files, for Makefiles:   include $(shell acc --print-mk)
#
# Gives $(ACC), $(ACC_CFLAGS), $(ACC_LIBS) and rules for objects and interface headers. A header that an .ac file includes as
# "x.ac.h" is made before the file's object; ACC_SOURCES, set before this line, names the files when they lie deeper than in
# a folder of this one. Depfiles appear beside the objects; include them as for any C file: -include $(OBJ:.o=.d)
# Where make runs in another folder than that of the sources (VPATH), it makes the headers there; name them: y.o: x.ac.h
ACC_MK_FOLDER := $(dir $(lastword $(MAKEFILE_LIST)))
ACC ?= $(firstword $(wildcard $(ACC_MK_FOLDER)acc $(ACC_MK_FOLDER)../../bin/acc) acc)
ACC_CFLAGS := $(shell $(ACC) --cflags)
ACC_LIBS := $(shell $(ACC) --libs)
ACC_SOURCES ?= $(wildcard *.ac */*.ac)
# What a new one of makes all anew; not where it is looked for in the PATH.
ACC_PROGRAM := $(wildcard $(filter /%,$(ACC)))

# The interface header of a file, for files that call its async functions: #include "x.ac.h"
%.ac.h: %.ac $(ACC_PROGRAM)
	$(ACC) --cc='$(CC)' -iquote . $(CPPFLAGS) -MMD -MP --header -o $@ $<

%.o: %.ac $(ACC_PROGRAM)
	$(ACC) --cc='$(CC)' -iquote . $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# Who includes which header, as a/b.ac:a/x.ac.h; a depfile knows that only when there was a first time.
ACC_HASH := \#
ACC_INCLUDES := $(if $(ACC_SOURCES),$(shell awk '/^[ \t]*$(ACC_HASH)[ \t]*include[ \t]*"[^" :]*\.ac\.h"/ { \
    folder = FILENAME; sub(/[^\/]*$$/, "", folder); split($$0, part, "\""); print FILENAME ":" folder part[2] }' $(ACC_SOURCES)))
# None of these becomes what a bare `make` makes.
acc_goal := $(.DEFAULT_GOAL)
acc_made_first = $(1:.ac=.o) $(1).h: $(filter $(addsuffix .h,$(ACC_SOURCES)),$(2))
$(foreach i,$(ACC_INCLUDES),$(eval $(call acc_made_first,$(firstword $(subst :, ,$i)),$(lastword $(subst :, ,$i)))))
.DEFAULT_GOAL := $(acc_goal)
