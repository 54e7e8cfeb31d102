// Values to and from ClickHouse: texts of parameters, and a reader of RowBinary. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ordertrace {

// As {x:String} reads it, and as {x:Array(String)} does.
std::string clickhouse_text(std::string_view text);
std::string clickhouse_texts(const std::vector<std::string>& texts);

// Reads the columns of rows one after another and never passes the end; what is not whole is said by failed().
class RowReader {
public:
    explicit RowReader(std::string_view bytes) : rest_{bytes} {}

    bool at_end() const { return rest_.empty() || failed_; }
    bool failed() const { return failed_; }

    std::string text();
    std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
    std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
    std::uint64_t u64() { return number(8); }
    std::int64_t i64() { return static_cast<std::int64_t>(number(8)); }

private:
    std::uint64_t number(std::size_t size);

    std::string_view rest_;
    bool failed_ = false;
};

}  // namespace ordertrace
