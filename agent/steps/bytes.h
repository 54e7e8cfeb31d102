// Little-endian numbers and length-prefixed texts, for the records of open steps. Pure.
// The reader never passes the end: after the first thing that does not fit it is `failed` and gives zeros and empties.
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

namespace ordertrace {

class ByteWriter {
public:
    explicit ByteWriter(std::string& out) : out_{out} {}
    void u8(std::uint8_t value) { out_.push_back(static_cast<char>(value)); }
    void u64(std::uint64_t value) {
        for (unsigned shift = 0; shift < 64; shift += 8) u8(static_cast<std::uint8_t>(value >> shift));
    }
    void i64(std::int64_t value) { u64(static_cast<std::uint64_t>(value)); }
    // Seven bits a byte, the lowest first: most lengths and counts take one byte.
    void varint(std::uint64_t value) {
        for (; value >= 0x80; value >>= 7U) u8(static_cast<std::uint8_t>(value | 0x80U));
        u8(static_cast<std::uint8_t>(value));
    }
    void text(std::string_view value) {
        varint(value.size());
        out_.append(value);
    }

private:
    std::string& out_;
};

class ByteReader {
public:
    explicit ByteReader(std::string_view bytes) : left_{bytes} {}
    bool failed() const { return failed_; }
    // Everything was read and nothing was missing.
    bool finished() const { return !failed_ && left_.empty(); }
    bool empty() const { return left_.empty(); }
    std::string_view rest() const { return left_; }

    std::uint8_t u8() {
        const auto byte = take(1);
        return byte.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(byte[0]);
    }
    std::uint64_t u64() {
        std::uint64_t value = 0;
        unsigned shift = 0;
        for (const char byte : take(8)) {
            value |= static_cast<std::uint64_t>(static_cast<unsigned char>(byte)) << shift;
            shift += 8;
        }
        return value;
    }
    std::int64_t i64() { return static_cast<std::int64_t>(u64()); }
    std::uint64_t varint() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            const std::uint64_t byte = u8();
            value |= (byte & 0x7FU) << shift;
            if (byte < 0x80) return value;
        }
        fail();
        return 0;
    }
    std::string_view text() { return take(varint()); }
    void fail() {
        failed_ = true;
        left_ = {};
    }

private:
    std::string_view take(std::uint64_t size) {
        if (size > left_.size()) {
            fail();
            return {};
        }
        const auto taken = left_.substr(0, size);
        left_.remove_prefix(size);
        return taken;
    }

    std::string_view left_;
    bool failed_ = false;
};

}  // namespace ordertrace
