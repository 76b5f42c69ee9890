namespace Recurve.Generator.Diagnostics;

/// <summary>Ids of everything the compiler says; never reused. Bands: 0 declaration, 1 parallelism, 2 language, 3 shapes, 4 numerics, 5 hints, 9 internal.</summary>
internal static class DiagnosticIds
{
    public const string NotPartial = "RCV0001";
    public const string StepCount = "RCV0002";
    public const string NoState = "RCV0003";
    public const string NotPlainClass = "RCV0004";
    public const string StepSignature = "RCV0005";
    public const string UnsuitableField = "RCV0006";
    public const string NotAState = "RCV0007";
    public const string NameTaken = "RCV0008";
    public const string StateClass = "RCV1000";
    public const string StepByStep = "RCV1001";
    public const string CannotScan = "RCV1002";
    public const string VaryingMatrix = "RCV1003";
    public const string CannotNewton = "RCV1004";
    public const string StrategyConflict = "RCV1005";
    public const string NotInLanguage = "RCV2001";
    public const string NoSource = "RCV2002";
    public const string TooMuchUnrolling = "RCV2003";
    public const string ShapeMismatch = "RCV3001";
    public const string UnknownInputSize = "RCV3002";
    public const string NotPolynomial = "RCV3003";
    public const string NoEffect = "RCV4001";
    public const string UnboundedDecay = "RCV4002";
    public const string CouldBeDiagonal = "RCV5001";
    public const string Internal = "RCV9001";
}
