import HTTPTypes

/// The lines of the route table that people's browsers follow: the authorization endpoint, our pages, logout.
enum PageRoutes {
    static let routes: [Route] = [
        .page(.get, .post, at: "/authorize", use: AuthorizeRoutes.begin),
        .page(.get, at: "/authorize/resume", use: AuthorizeRoutes.resume),
        .page(.get, at: "/u/login", use: LoginRoute.show),
        .page(.post, at: "/u/login", use: LoginRoute.submit),
        .page(.get, at: "/u/signup", use: SignupRoute.show),
        .page(.post, at: "/u/signup", use: SignupRoute.submit),
        .page(.get, at: "/u/consent", use: ConsentRoute.show),
        .page(.post, at: "/u/consent", use: ConsentRoute.submit),
        .page(.get, at: "/u/reset-password-request", use: PasswordResetRoutes.showRequest),
        .page(.post, at: "/u/reset-password-request", use: PasswordResetRoutes.submitRequest),
        .page(.get, at: "/u/reset-password", use: PasswordResetRoutes.show),
        .page(.post, at: "/u/reset-password", use: PasswordResetRoutes.submit),
        .page(.get, at: "/u/email-verification", use: EmailVerificationRoute.open),
        .page(.get, at: "/activate", use: DeviceRoutes.showActivation),
        .page(.post, at: "/activate", use: DeviceRoutes.submitActivation),
        .page(.get, at: "/u/approve", use: DeviceRoutes.openLink),
        .page(.get, at: "/u/approval", use: DeviceRoutes.showApproval),
        .page(.post, at: "/u/approval", use: DeviceRoutes.submitApproval),
        .page(.get, at: "/v2/logout", use: LogoutRoutes.logout),
        .page(.get, .post, at: "/oidc/logout", use: LogoutRoutes.oidcLogout),
        .page(.get, at: "/oidc/check-session", use: LogoutRoutes.checkSession),
    ]
}
