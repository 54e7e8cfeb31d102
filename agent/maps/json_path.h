// Where a value stands in a JSON document: a JSON pointer (RFC 6901) with one addition: in an array, NAME=VALUE is the
// first object whose member NAME is VALUE. Pure. Bound: 16 steps.
#pragma once

#include <string>
#include <vector>

#include <boost/json/value.hpp>

#include "settings/settings_problem.h"

namespace ordertrace {

using JsonPath = std::vector<std::string>;

// `/a/b`; a text without a slash at its front is the name of a member.
Judged<JsonPath> read_json_path(const std::string& text);

// Nothing stands there: a null pointer.
const boost::json::value* find_in(const boost::json::value& document, const JsonPath& path);

// Strings as they are, whole numbers without a fraction or exponent, others in their shortest spelling, objects and
// arrays as JSON. Null is empty, and so is a number that a double does not hold exactly: two orders must never become
// one.
std::string text_of(const boost::json::value& value);

}  // namespace ordertrace
