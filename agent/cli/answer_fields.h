// Reads the fields of the board's documents. What is missing or of another type reads as if it said nothing: a board of
// another version must not end the program. Texts are made inert for terminals here and nowhere else. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace ordertrace {

std::string text_of(const boost::json::object& object, std::string_view key);  // empty: none
std::vector<std::string> texts_of(const boost::json::object& object, std::string_view key);
std::optional<double> number_of(const boost::json::object& object, std::string_view key);
std::uint64_t count_of(const boost::json::object& object, std::string_view key);  // 0: none
bool is_true(const boost::json::object& object, std::string_view key);
// nullptr: there is none.
const boost::json::object* object_of(const boost::json::object& object, std::string_view key);
const boost::json::array* array_of(const boost::json::object& object, std::string_view key);

// Whether an order's document tells of trouble: what the board calls stuck.
bool is_stuck(const boost::json::object& order);

// "3 d 4 h", "2 h 5 min", "12 s", "250 ms".
std::string length_text(double seconds);
// The same of a field, "-" where it says nothing.
std::string length_of(const boost::json::object& object, std::string_view key);

}  // namespace ordertrace
