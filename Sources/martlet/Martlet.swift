import ArgumentParser
import Configuration
import Hummingbird
import HummingbirdTLS
import X509

@main struct Martlet: ParsableCommand {}
