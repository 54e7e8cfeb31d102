// What a request's path and query say, percent-decoded. Pure; any thread.
// Decoding is strict: what is no escape is said, never taken for text.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace ordertrace {

// Nothing if a percent sign is not followed by two hexadecimal digits.
std::optional<std::string> percent_decoded(std::string_view text);

// An order's id as it stands in a path or a query: 1 to 128 bytes of UTF-8 without NUL once decoded.
Result<std::string> order_id_of(std::string_view encoded);

using QueryParameters = std::vector<std::pair<std::string, std::string>>;

// The parameters as a form sends them (+ is a space). One that comes twice, or a bad escape, is an error naming it.
Result<QueryParameters> query_parameters(std::string_view query);

}  // namespace ordertrace
