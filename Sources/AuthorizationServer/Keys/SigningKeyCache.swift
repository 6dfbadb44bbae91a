import Synchronization

/// placeholder until the key helper lands
package final class SigningKeyCache: Sendable { package init() {} }
