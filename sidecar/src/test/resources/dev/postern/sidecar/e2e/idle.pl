# Opens connections to a Unix socket and says nothing on them; tells what became of them, and keeps those that live.
#   perl idle.pl SOCKET COUNT     prints `held H, refused R, dropped D`
use strict;
use warnings;
use IO::Handle;
use IO::Socket::UNIX;

$| = 1;
$SIG{PIPE} = 'IGNORE';
my ($path, $count) = @ARGV;

sub open_one {
    return IO::Socket::UNIX->new(Type => SOCK_STREAM(), Peer => $path) // die "no connection: $!\n";
}

my @connections = map { open_one() } 1 .. $count;

# The server takes connections in their turn: once the last one has heard something, all have been decided on.
my $last = open_one();
print $last "GET /v1/secrets HTTP/1.1\r\nHost: postern\r\n\r\n";
$last->flush();
sysread $last, my $heard, 65536;
close $last;

my ($held, $refused, $dropped) = (0, 0, 0);
for my $connection (@connections) {
    $connection->blocking(0);
    my $got = sysread $connection, my $bytes, 65536;
    if (!defined $got) { $held++ }
    elsif ($got == 0) { $dropped++ }
    elsif ($bytes =~ m{^HTTP/1.1 503 .*urn:postern:problem:too-many-connections}s) { $refused++ }
    else { die "unexpected: $bytes\n" }
}
print "held $held, refused $refused, dropped $dropped\n";
sleep;
