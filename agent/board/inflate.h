// Inflates a gzip body, all members of it. Pure; called by the board's only thread. Holds at most `limit` bytes more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace ordertrace {

enum class InflateError : std::uint8_t { not_gzip, corrupt, too_large };

// not_gzip: the bytes do not begin with a gzip header; corrupt: damaged or cut after it.
tl::expected<std::string, InflateError> inflate_gzip(std::string_view bytes, std::size_t limit);

}  // namespace ordertrace
