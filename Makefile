# Two commands matter: `make run` shows the whole way from sources to a running guest, `make test` runs every test.
# Both install what is missing first, as root with apt; otherwise they print the one command to run.

SWIFT ?= swift
# Guests run in the tests, so these are built optimised.
TEST_FLAGS = -c release -Xswiftc -enable-testing
PREFIX ?= /usr/local

.PHONY: all setup build run doom test test-portable bench crossover headers docs lint install clean

all: build

setup:
	@toolchain/setup
	@toolchain/build-sdk

build: setup
	@$(SWIFT) build -c release --product pvm

run: build
	@toolchain/demo .build/release/pvm

# Doom, on the virtual machine: in a window, or in the terminal where there is no display (Examples/doom-host/README.md).
doom: build
	@toolchain/setup play
	@Examples/doom/fetch
	@.build/release/pvm build Examples/doom
	@$(SWIFT) build --package-path Examples -c release --product pvm-doom
	@Examples/.build/release/pvm-doom Examples/doom/build/doom.polkavm --data Examples/doom/data/freedoom1.wad

# The last ones are packages of their own: what plays Doom, whose game is built in between; the macros, since nobody else needs
# swift-syntax; the picture of `make crossover`. The examples' hosts are built first, for the READMEs that run them.
test: setup
	@toolchain/setup play test
	@Examples/doom/fetch
	@$(SWIFT) build --package-path Examples -c release
	@$(SWIFT) test --scratch-path .build-test $(TEST_FLAGS)
	@.build-test/release/pvm build Examples/doom
	@$(SWIFT) test --package-path Examples -c release
	@$(SWIFT) test --package-path Guest/Macros
	@$(SWIFT) test --package-path Benchmarks/Plot

# As on hosts without the compiler: what can run there must, and the rest must say why not.
test-portable: setup
	@$(SWIFT) test --scratch-path .build-portable $(TEST_FLAGS) -Xcc -DPVM_WITHOUT_COMPILER

bench: build
	@Benchmarks/run

# "Interpreter or compiler?" as a picture; the one of Documentation is a copy.
crossover: build
	@Benchmarks/crossover

# What guests include to call their hosts, what `pvm check` knows of them, how hosts answer and what the documentation says of it, from the files of Guest/hosts.
headers: setup
	@$(SWIFT) run -c release pvm-headers Guest Sources Documentation/hosts

# The documentation of the library PolkaVM as an archive for DocC; what is wrong in it is an error. The compiler writes down what the
# library has, in an ordinary build of it.
DOCS = .build/docs
docs: setup
	@rm -rf $(DOCS) && mkdir -p $(DOCS)/symbols
	@$(SWIFT) build --scratch-path $(DOCS)/build --target PolkaVM -Xswiftc -emit-symbol-graph -Xswiftc -emit-symbol-graph-dir -Xswiftc $(DOCS)/symbols
	@find $(DOCS)/symbols -type f -not -name 'PolkaVM*' -delete
	@docc convert Sources/PolkaVM/PolkaVM.docc --fallback-display-name PolkaVM --fallback-bundle-identifier pvm.PolkaVM \
		--additional-symbol-graph-dir $(DOCS)/symbols --output-path $(DOCS)/PolkaVM.doccarchive --warnings-as-errors
	@echo "$(DOCS)/PolkaVM.doccarchive"

# Not what is built in the examples' folders.
EXAMPLES = $(shell find Examples -name '*.swift' -not -path '*/.build/*' -not -path '*/build/*')

# What others build on: nothing public without documentation.
LIBRARIES = Sources/PolkaISA Sources/PolkaABI Sources/PolkaBlob Sources/PolkaVM Sources/PolkaJIT Sources/PolkaHost

lint:
	@$(SWIFT) format lint --strict -r Sources Tests Package.swift Benchmarks/Sources Benchmarks/Package.swift Benchmarks/Plot \
		Guest/Macros/Package.swift Guest/Macros/Sources Guest/Macros/Tests Guest/Swift $(filter-out Templates/library-swift,$(wildcard Templates/*-swift)) \
		$(EXAMPLES)
	@$(SWIFT) format lint --strict --configuration "$$(sed 's/"rules": {/&"AllPublicDeclarationsHaveDocumentation": true,/' .swift-format)" \
		-r $(LIBRARIES)

# bin/pvm, and beside it what guests are built from; the library for C with its header.
install: build
	@$(SWIFT) build -c release --product PolkaCAPI
	@install -d "$(PREFIX)/bin" "$(PREFIX)/share/pvm"
	@install .build/release/pvm "$(PREFIX)/bin/pvm"
	@tar -c --exclude=.build Guest Templates toolchain | tar -x -C "$(PREFIX)/share/pvm"
	@toolchain/build-sdk "$(PREFIX)/share/pvm/sdk"
	@toolchain/install-library .build/release/libPolkaCAPI.a "$(PREFIX)"
	@echo "installed $(PREFIX)/bin/pvm and $(PREFIX)/lib/libpvm.so"

clean:
	@rm -rf .build .build-test .build-portable Benchmarks/.build Benchmarks/Plot/.build Guest/Macros/.build Examples/.build \
		Examples/*/.build Examples/*/build Examples/*/*/.build Examples/*/*/build
