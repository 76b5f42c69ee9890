namespace Recurve;

/// <summary>A device cannot be used on this machine, or cannot do what was asked of it; the message says why.</summary>
public sealed class DeviceException : PlatformNotSupportedException
{
    /// <summary>Without words.</summary>
    public DeviceException()
    {
    }

    /// <summary>With the reason.</summary>
    public DeviceException(string message) : base(message)
    {
    }

    /// <summary>With the reason and what caused it.</summary>
    public DeviceException(string message, Exception inner) : base(message, inner)
    {
    }
}
