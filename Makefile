# Every goal is one call of the command line.
#
#   make              build everything and demonstrate it on regtest (the same as make run)
#   make check        run all tests; STAGES="unit types" runs only these, WORDS=-j1 one after the
#                     other
#   make fuzz         fuzz the processes' IPC for some minutes (needs Clang; see
#                     tests/sanitizers/README.md)
#   make races        check disconnects with ThreadSanitizer (the same)
#   make locks        check with Clang that threads hold the required locks (the same)
#   make core         compile Bitcoin Core with the README's commands, and an unmodified tree
#   make releases     test libmultiprocess of each Bitcoin Core release, and the client with
#                     nodes of older releases, which it builds
#   make functional   run Bitcoin Core's functional suite with bitcoind and with our processes;
#                     WORDS="--again failed" passes arguments to it
#   make wheel        make source archive and wheel, in dist/
#   make bench        compare with upstream's own build and client, side by side
#   make clean        remove the build folder and the prefixes; keep the caches
PYTHON ?= python3
# Like $(MAKE): passes the job server on, but make -n, -t and -q still run nothing.
letters = $(firstword -$(MAKEFLAGS))
recursive = $(if $(or $(findstring n,$(letters)),$(findstring t,$(letters)),$(findstring q,$(letters))),,+)
BOOTSTRAP = $(PYTHON) depends/bootstrap.py

.PHONY: run check core releases fuzz races locks functional wheel bench clean
run:
	$(recursive)@$(BOOTSTRAP) run

check:
	$(recursive)@$(BOOTSTRAP) --lock dev check $(STAGES) $(WORDS)

core releases fuzz races locks:
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
