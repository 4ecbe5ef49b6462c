// The program that spawn_test starts: lists its inherited descriptors.

#include <os/spawn.h>
#include <os/test/open_descriptors.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

int main(int argc, char* argv[])
{
    const auto socket{mpbitcoin::SpawnedDescriptor(argc, argv)};
    if (!socket) return EXIT_FAILURE;
    std::string list;
    for (const int fd : mpbitcoin::test::OpenDescriptors()) {
        list += std::to_string(fd) + " ";
    }
    return ::write(*socket, list.data(), list.size()) > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
