// Measures calls between two processes: ipc_echo raw|plain|loop|proxy CALLS FLIGHT [BYTES BYTES]
// Prints one line of JSON.

#include "clients.h"

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using Measure = bench::Result (*)(const bench::Request&);

const std::map<std::string, Measure> MEASURES{
    {"raw", bench::MeasureRaw},
    {"plain", bench::MeasurePlain},
    {"loop", bench::MeasureLoop},
    {"proxy", bench::MeasureProxy},
};

//! The value below which `share` of all values lie; 0 if there are none.
double Quantile(std::vector<double> values, double share)
{
    if (values.empty()) return 0;
    const auto place = static_cast<std::size_t>(share * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(place),
                     values.end());
    return values[place];
}

void Print(const bench::Request& request, const bench::Result& result)
{
    const auto calls = static_cast<double>(request.calls);
    const std::map<std::string, double> values{
        {"calls_per_second", calls / result.seconds},
        {"median_us", Quantile(result.latencies, 0.5)},
        {"p99_us", Quantile(result.latencies, 0.99)},
        {"server_switches", result.server_switches},
        {"server_cpu_us", result.server_cpu},
        {"request_bytes", result.request_bytes},
        {"response_bytes", result.response_bytes},
    };
    const char* separator{"{"};
    for (const auto& [name, value] : values) {
        std::cout << separator << '"' << name << "\": " << value;
        separator = ", ";
    }
    std::cout << "}\n";
}

int Run(const std::vector<std::string>& words)
{
    if (words.size() != 3 && words.size() != 5) {
        throw std::invalid_argument(
            "usage: ipc_echo raw|plain|loop|proxy CALLS FLIGHT [BYTES BYTES]");
    }
    const bool sizes{words.size() == 5};
    const bench::Request request{
        .calls = std::stoul(words[1]),
        .flight = std::stoul(words[2]),
        .request_bytes = sizes ? std::stoul(words[3]) : 100,
        .response_bytes = sizes ? std::stoul(words[4]) : 100,
    };
    Print(request, MEASURES.at(words[0])(request));
    return EXIT_SUCCESS;
}

} // namespace

int main(int argc, char* argv[])
{
    try {
        return Run({argv + 1, argv + argc});
    } catch (const std::exception& error) {
        std::cerr << "ipc_echo: " << error.what() << '\n';
        return EXIT_FAILURE;
    }
}
