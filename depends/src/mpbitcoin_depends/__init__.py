"""From options to a prefix of libraries and a toolchain file, with Conan as the engine."""
