# Rules for .ac files, for Makefiles:   include $(shell acc --print-mk)
#
# Gives $(ACC), $(ACC_CFLAGS), $(ACC_LIBS) and a rule for objects. Depfiles appear beside the objects; include them as for any
# C file: -include $(OBJ:.o=.d)
ACC_MK_FOLDER := $(dir $(lastword $(MAKEFILE_LIST)))
ACC ?= $(firstword $(wildcard $(ACC_MK_FOLDER)acc $(ACC_MK_FOLDER)../../bin/acc) acc)
ACC_CFLAGS := $(shell $(ACC) --cflags)
ACC_LIBS := $(shell $(ACC) --libs)

# The interface header of a file, for files that call its async functions: #include "x.ac.h"
%.ac.h: %.ac
	$(ACC) --cc='$(CC)' $(CPPFLAGS) -MMD -MP --header -o $@ $<

%.o: %.ac
	$(ACC) --cc='$(CC)' $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<
