"""One room per way a message leaves. Nothing here leaves by itself."""
