# Thin: every goal is one call of the command line.
#
#   make              build everything and show it live on regtest (the same as make run)
#   make check        run all tests; STAGES="unit types" runs only these
#   make fuzz         fuzz the processes' IPC for some minutes; make races: ThreadSanitizer over its
#                     disconnects (both with Clang; tests/sanitizers/README.md)
#   make core         compile Bitcoin Core again: by the README's commands, and an unmodified tree
#   make releases     the libmultiprocess of each Bitcoin Core line, and the Python client with nodes
#                     of older releases, which it builds
#   make functional   Bitcoin Core's functional suite, with bitcoind and with our processes;
#                     WORDS="--again failed" hands words to it
#   make wheel        source archive and wheel, in dist/
#   make bench        measure against upstream's own flow, side by side
#   make clean        remove the build folder and the prefixes; caches stay
PYTHON ?= python3
# Like $(MAKE): hands the job server on, but make -n, -t and -q still run nothing.
letters = $(firstword -$(MAKEFLAGS))
recursive = $(if $(or $(findstring n,$(letters)),$(findstring t,$(letters)),$(findstring q,$(letters))),,+)
BOOTSTRAP = $(PYTHON) depends/bootstrap.py

.PHONY: run check core releases fuzz races functional wheel bench clean
run:
	$(recursive)@$(BOOTSTRAP) run

check:
	$(recursive)@$(BOOTSTRAP) --lock dev check $(STAGES)

core releases fuzz races:
	$(recursive)@$(BOOTSTRAP) --lock dev check $@

functional:
	$(recursive)@$(BOOTSTRAP) --lock dev functional --table --retry $(WORDS)

wheel:
	$(recursive)@$(BOOTSTRAP) wheel

bench:
	@$(BOOTSTRAP) --lock dev bench

clean:
	@$(BOOTSTRAP) depends clean
	@rm -rf build
