#include "board/html_writer.h"

#include <cassert>

#include "base/display_text.h"

namespace ordertrace {

std::string escape_html(std::string_view text) {
    std::string out;
    for (const char c : make_inert(text)) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            case '\'': out += "&#39;"; break;
            default: out += c;
        }
    }
    return out;
}

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        if (unreserved.find(c) != std::string_view::npos) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += {'%', digits[byte >> 4U], digits[byte & 0xFU]};
    }
    return out;
}

HtmlWriter& HtmlWriter::begin_document() {
    out_ += "<!DOCTYPE html>\n";
    return *this;
}

HtmlWriter& HtmlWriter::open(std::string_view tag, Attributes attributes) {
    leaf(tag, attributes);
    open_.push_back(tag);
    return *this;
}

HtmlWriter& HtmlWriter::close() {
    assert(!open_.empty());
    out_.append("</").append(open_.back()).append(">");
    open_.pop_back();
    return *this;
}

HtmlWriter& HtmlWriter::text(std::string_view text) {
    out_ += escape_html(text);
    return *this;
}

HtmlWriter& HtmlWriter::element(std::string_view tag, Attributes attributes, std::string_view content) {
    return open(tag, attributes).text(content).close();
}

HtmlWriter& HtmlWriter::leaf(std::string_view tag, Attributes attributes) {
    out_.append("<").append(tag);
    for (const auto& [name, value] : attributes)
        if (!value.empty()) out_.append(" ").append(name).append("=\"").append(escape_html(value)).append("\"");
    out_ += '>';
    return *this;
}

HtmlWriter& HtmlWriter::may_break() {
    out_ += "<wbr>";
    return *this;
}

HtmlWriter& HtmlWriter::name(std::string_view name) {
    while (!name.empty()) {
        const auto end = name.find_first_of("_-.");
        const auto part = name.substr(0, end == std::string_view::npos ? end : end + 1);
        text(part);
        name.remove_prefix(part.size());
        if (!name.empty()) may_break();
    }
    return *this;
}

std::string HtmlWriter::take() {
    assert(open_.empty());
    return std::move(out_);
}

}  // namespace ordertrace
