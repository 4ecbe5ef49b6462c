#include <choices.h>
#include <ipc/interfaces/wallet/test/fake_wallet.h>
#include <streams.h>

#include <algorithm>
#include <limits>
#include <vector>

namespace mpbitcoin::fuzz {
namespace {
const std::string& Transaction()
{
    static const std::string bytes{[] {
        std::vector<unsigned char> written;
        VectorWriter stream{written, 0};
        stream << TX_WITH_WITNESS(*test::MakeTransaction());
        return std::string{written.begin(), written.end()};
    }()};
    return bytes;
}
} // namespace

uint8_t Choices::byte()
{
    if (m_size == 0) return 0;
    --m_size;
    return *m_data++;
}

uint64_t Choices::number(unsigned bytes)
{
    switch (byte() % 4) {
    case 0:
        return byte();
    case 1:
        return ~uint64_t{byte()};
    case 2:
        return (uint64_t{1} << (byte() % 64)) - 1;
    default:
        break;
    }
    uint64_t value{0};
    for (; bytes > 0; --bytes) {
        value = value << 8 | byte();
    }
    return value;
}

std::string Choices::text(size_t max_size)
{
    const size_t size{std::min<size_t>(below(static_cast<uint32_t>(max_size) + 1), m_size)};
    std::string text{reinterpret_cast<const char*>(m_data), size};
    m_data += size;
    m_size -= size;
    return text;
}

std::string Choices::likelyText()
{
    static const char* const TEXTS[]{"{}", "[]", "\"x\"", "regtest", "w", "1"};
    return chance(128) ? TEXTS[below(std::size(TEXTS))] : text(64);
}

std::string Choices::likelyData()
{
    switch (below(4)) {
    case 0:
        return std::string(32, static_cast<char>(byte()));
    case 1:
        return Transaction();
    case 2: {
        std::string bytes{Transaction()};
        for (uint32_t changes{below(4)}; changes > 0; --changes) {
            bytes[below(bytes.size())] = static_cast<char>(byte());
        }
        return bytes;
    }
    default:
        return text(256);
    }
}

double Choices::real()
{
    switch (below(4)) {
    case 0:
        return std::numeric_limits<double>::quiet_NaN();
    case 1:
        return std::numeric_limits<double>::infinity();
    case 2:
        return -std::numeric_limits<double>::max();
    default:
        return static_cast<double>(static_cast<int64_t>(number(8)));
    }
}
} // namespace mpbitcoin::fuzz
