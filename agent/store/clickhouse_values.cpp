#include "store/clickhouse_values.h"

namespace ordertrace {
namespace {

void append(std::string& out, std::string_view text, bool quoted) {
    for (const char c : text) switch (c) {
            case '\\': out += "\\\\"; break;
            case '\t': out += "\\t"; break;
            case '\n': out += "\\n"; break;
            case '\r': out += "\\r"; break;
            case '\0': out += "\\0"; break;
            case '\'': out += quoted ? "\\'" : "'"; break;
            default: out += c;
        }
}

}  // namespace

std::string clickhouse_text(std::string_view text) {
    std::string out;
    append(out, text, false);
    return out;
}

std::string clickhouse_texts(const std::vector<std::string>& texts) {
    std::string out{"["};
    for (const auto& text : texts) {
        out += out.size() > 1 ? ",'" : "'";
        append(out, text, true);
        out += '\'';
    }
    return out + "]";
}

std::string RowReader::text() {
    std::uint64_t size = 0;
    unsigned shift = 0;
    for (bool more = true; more; shift += 7) {
        const auto byte = number(1);
        if (failed_ || shift > 28) return failed_ = true, std::string{};
        size |= (byte & 0x7FU) << shift;
        more = (byte & 0x80U) != 0;
    }
    if (size > rest_.size()) return failed_ = true, std::string{};
    std::string text{rest_.substr(0, size)};
    rest_.remove_prefix(size);
    return text;
}

// Little-endian.
std::uint64_t RowReader::number(std::size_t size) {
    if (failed_ || rest_.size() < size) return failed_ = true, 0;
    std::uint64_t value = 0;
    for (std::size_t i = size; i-- > 0;) value = value << 8U | static_cast<unsigned char>(rest_[i]);
    rest_.remove_prefix(size);
    return value;
}

}  // namespace ordertrace
