# Rules for .ac files, for Makefiles:   include $(shell acc --print-mk)
#
# Gives $(ACC), $(ACC_CFLAGS), $(ACC_LIBS), a rule for objects and one for lowered files to look at. Depfiles appear beside the
# objects; include them as for any C file: -include $(OBJ:.o=.d)
ACC ?= $(firstword $(wildcard $(dir $(lastword $(MAKEFILE_LIST)))../build/acc $(dir $(lastword $(MAKEFILE_LIST)))../../bin/acc) acc)
ACC := $(ACC)
ACC_CFLAGS := $(shell $(ACC) --cflags)
ACC_LIBS := $(shell $(ACC) --libs)

%.o: %.ac
	$(ACC) --cc='$(CC)' $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<
%.ac.c: %.ac
	$(ACC) --cc='$(CC)' $(CPPFLAGS) $(CFLAGS) -C -o $@ $<
