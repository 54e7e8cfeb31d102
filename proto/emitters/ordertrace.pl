#!/usr/bin/env perl
# Reports an order's steps to the ordertrace agent on this host, by UDP. Paste what stands above the demo.
# It never blocks, never dies; with no agent there the line goes nowhere.
use strict;
use warnings;

package Ordertrace;
use Socket qw(AF_INET SOCK_DGRAM MSG_DONTWAIT INADDR_LOOPBACK pack_sockaddr_in);

socket(my $socket, AF_INET, SOCK_DGRAM, 0);
my %escapes = ('\\' => '\\\\', '"' => '\\"', "\n" => '\\n', "\r" => '\\r', "\t" => '\\t');

sub quoted {
    my ($value) = @_;
    $value =~ s/([\\"\n\r\t])/$escapes{$1}/g;
    return qq("$value");
}

# Ordertrace::emit('end', '10042', 'price service timeout', step => 'push_to_crm', res => 'fail')
# Texts are all decoded, or all bytes in one charset.
sub emit {
    my ($verb, $order, $note, @keys) = @_;
    local ($@, $SIG{__DIE__}, $SIG{__WARN__}) = ('', 'DEFAULT', sub { });
    eval {
        my $line = "ord1 $verb " . quoted($order);
        while (my ($key, $value) = splice @keys, 0, 2) { $line .= " $key=" . quoted($value) }
        if (defined $note) {
            $note =~ s/[\r\n]+/ /g;    # one event stays one line
            $line .= " :$note";
        }
        utf8::encode($line) if utf8::is_utf8($line);
        if (length $line > 8192) {
            $line = substr $line, 0, 8193;
            $line =~ s/[^\x80-\xBF][\x80-\xBF]*\z//;    # no half character at the end
        }
        send $socket, $line, MSG_DONTWAIT, pack_sockaddr_in($ENV{ORDERTRACE_PORT} || 4747, INADDR_LOOPBACK);
    };
    return;
}

# demo

package main;
use utf8;
use Time::HiRes qw(time);

my $slowest = 0;

sub timed {
    my @words = @_;
    my $begin = time;
    Ordertrace::emit(@words);
    my $took = time - $begin;
    $slowest = $took if $took > $slowest;
    return;
}

timed('start', 'ЗК-77', undef, step => 'calc_price', id => 'op-7');
timed('end', 'ЗК-77', undef, step => 'calc_price', id => 'op-7', _material => 'дуб "A" C:\\new');
timed('span', '10042', "on the way\nord1 status 10043 st=STOLEN",
    step => 'push to crm', ms => 250, try => 3, of => 3, res => 'fail', err => "said \"no\"\nC:\\temp");
timed('status', 'ЗК-77', 'принято "как есть"', st => 'РАСПИЛ');
timed('note', 'ЗК-77', 'слово ' x 10000);
printf "slowest call: %.3f ms\n", $slowest * 1e3;
