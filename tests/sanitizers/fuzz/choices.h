#ifndef MPBITCOIN_TESTS_FUZZ_CHOICES_H
#define MPBITCOIN_TESTS_FUZZ_CHOICES_H

#include <cstddef>
#include <cstdint>
#include <string>

namespace mpbitcoin::fuzz {
//! The fuzzer's bytes, taken one decision after another; zeros when they are used up.
class Choices
{
public:
    Choices(const uint8_t* data, size_t size) : m_data{data}, m_size{size} {}

    bool empty() const { return m_size == 0; }
    //! A number below `limit`, which is at least 1.
    uint32_t below(uint32_t limit) { return limit <= 256 ? byte() % limit : number(4) % limit; }
    bool chance(uint32_t of_256) { return byte() < of_256; }
    uint8_t byte();
    //! A number of up to `bytes` bytes; small and extreme ones are frequent.
    uint64_t number(unsigned bytes);
    std::string text(size_t max_size);
    //! Text as methods expect it, or any.
    std::string likelyText();
    //! Bytes as they are sent for hashes, transactions and the like, or any.
    std::string likelyData();
    double real();

private:
    const uint8_t* m_data;
    size_t m_size;
};
} // namespace mpbitcoin::fuzz

#endif // MPBITCOIN_TESTS_FUZZ_CHOICES_H
